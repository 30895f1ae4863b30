using Onnx.Tflite.Building;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>Activation functions.</summary>
internal static class ActivationLowerings
{
    public static IReadOnlyList<OperatorLowering> Table { get; } =
    [
        new("Relu", n => n.Out(0, n.B.Relu(n.In(0)))) { Types = "float, int8-int64", Builtins = "RELU, MAXIMUM" },
        new("Sigmoid", n => n.Out(0, n.B.Logistic(n.In(0)))) { Builtins = "LOGISTIC" },
        new("Tanh", n => n.Out(0, n.B.Tanh(n.In(0)))) { Builtins = "TANH" },
        new("Clip", Clip) { Types = "float, integers", Builtins = "RELU, RELU6, RELU_N1_TO_1, MAXIMUM, MINIMUM" },
    ];

    private static void Clip(LoweringNode n)
    {
        var x = n.In(0);
        double[]? low = n.Has(1) ? n.Numbers(1) : [double.NegativeInfinity], high = n.Has(2) ? n.Numbers(2) : [double.PositiveInfinity];
        n.Out(0, x.Type == TensorType.Float32 && low is [var min] && high is [var max] ? Clamp(n.B, x, min, max) : Bounds(n, x));
    }

    // First the lower bound, then the upper one: where they cross, the upper one wins.
    private static Tensor Bounds(LoweringNode n, Tensor x)
    {
        var raised = n.Optional(1) is { } low ? n.B.Maximum(x, low) : x;
        return n.Optional(2) is { } high ? n.B.Minimum(raised, high) : raised;
    }

    private static Tensor Clamp(GraphBuilder b, Tensor x, double min, double max) => (min, max) switch
    {
        (0, double.PositiveInfinity) => b.Relu(x),
        (0, 6) => b.Unary(BuiltinOperator.Relu6, x),
        (-1, 1) => b.Unary(BuiltinOperator.ReluN1To1, x),
        _ => Bounded(b, x, min, max),
    };

    private static Tensor Bounded(GraphBuilder b, Tensor x, double min, double max)
    {
        var raised = double.IsNegativeInfinity(min) || min <= -float.MaxValue ? x : b.Maximum(x, min);
        return double.IsPositiveInfinity(max) || max >= float.MaxValue ? raised : b.Minimum(raised, max);
    }
}
