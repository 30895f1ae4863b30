using Onnx.Model;
using Onnx.Tflite.Building;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>Activation functions.</summary>
internal static class ActivationLowerings
{
    public static IReadOnlyList<OperatorLowering> Table { get; } =
    [
        new("Celu", Celu) { Builtins = "MAXIMUM, MINIMUM, EXP, MUL, ADD" },
        new("Clip", Clip) { Types = "float, integers", Builtins = "RELU, RELU6, RELU_N1_TO_1, MAXIMUM, MINIMUM" },
        new("Elu", n => n.Out(0, Elu(n.B, n.In(0), n.Node.Float("alpha", 1)))) { Builtins = "ELU, or MAXIMUM, MINIMUM, EXP, MUL, ADD" },
        new("Gelu", n => n.Out(0, Gelu(n, n.In(0), n.Node.Text("approximate", "none") == "tanh"))) { Opsets = "20", Builtins = "GELU" },
        new("HardSigmoid", HardSigmoid) { Builtins = "ADD, RELU6, MUL, MAXIMUM, MINIMUM" },
        new("HardSwish", n => n.Out(0, n.B.Unary(BuiltinOperator.HardSwish, n.In(0), new EmptyOptions(91)))) { Opsets = "14-21", Builtins = "HARD_SWISH" },
        new("LeakyRelu", n => n.Out(0, Leaky(n.B, n.In(0), n.Node.Float("alpha", 0.01f)))) { Builtins = "LEAKY_RELU" },
        new("Mish", n => n.Out(0, Mish(n.B, n.In(0)))) { Opsets = "18", Builtins = "MINIMUM, EXP, MUL, ADD, DIV" },
        new("PRelu", PRelu) { Types = "float, integers", Builtins = "PRELU, LEAKY_RELU, MAXIMUM, MINIMUM, MUL, ADD" },
        new("Relu", n => n.Out(0, n.B.Relu(n.In(0)))) { Types = "float, signed integers", Builtins = "RELU, MAXIMUM" },
        new("Selu", n => n.Out(0, Selu(n))) { Builtins = "ELU, MAXIMUM, MINIMUM, EXP, MUL, ADD" },
        new("Shrink", Shrink) { Types = "float, integers", Builtins = "GREATER, LESS, SELECT_V2, ADD, SUB" },
        new("Sigmoid", n => n.Out(0, n.B.Logistic(n.In(0)))) { Builtins = "LOGISTIC" },
        new("Softplus", n => n.Out(0, Softplus(n.B, n.In(0)))) { Builtins = "ABS, NEG, EXP, ADD, LOG, MAXIMUM" },
        new("Softsign", n => n.Out(0, n.B.Over(n.In(0), n.B.Plus(n.B.Abs(n.In(0)), 1)))) { Builtins = "ABS, ADD, DIV" },
        new("Swish", n => n.Out(0, Swish(n.B, n.In(0), n.Node.Float("alpha", 1)))) { Opsets = "24", Builtins = "LOGISTIC, MUL" },
        new("Tanh", n => n.Out(0, n.B.Tanh(n.In(0)))) { Builtins = "TANH" },
        new("ThresholdedRelu", Thresholded) { Builtins = "GREATER, SELECT_V2" },
        new("BiasGelu", n => n.Out(0, Gelu(n, n.B.Plus(n.In(0), n.In(1)), false))) { Domain = OnnxDomain.Microsoft, Opsets = "1", Builtins = "ADD, GELU" },
        new("FastGelu", n => n.Out(0, Gelu(n, n.Has(1) ? n.B.Plus(n.In(0), n.In(1)) : n.In(0), true))) { Domain = OnnxDomain.Microsoft, Opsets = "1", Builtins = "ADD, GELU" },
        new("QuickGelu", n => n.Out(0, Swish(n.B, n.In(0), n.Node.Float("alpha", 1.702f)))) { Domain = OnnxDomain.Microsoft, Opsets = "1", Builtins = "LOGISTIC, MUL" },
    ];

    /// <summary>x where positive, alpha * (exp(x) - 1) elsewhere.</summary>
    public static Tensor Elu(GraphBuilder b, Tensor x, double alpha) => alpha == 1
        ? b.Unary(BuiltinOperator.Elu, x)
        : b.Plus(b.Maximum(x, 0), b.Times(b.Minus(b.Exp(b.Minimum(x, 0)), 1), alpha));

    public static Tensor Leaky(GraphBuilder b, Tensor x, float alpha) => b.Unary(BuiltinOperator.LeakyRelu, x, new LeakyReluOptions(alpha));

    /// <summary>log(1 + exp(x)), without overflow.</summary>
    public static Tensor Softplus(GraphBuilder b, Tensor x) => b.Plus(b.Maximum(x, 0), b.Log(b.Plus(b.Exp(b.Neg(b.Abs(x))), 1)));

    /// <summary>Bounds a float tensor; where the bounds cross, the upper one wins.</summary>
    public static Tensor Clamp(GraphBuilder b, Tensor x, double min, double max) => (min, max) switch
    {
        (0, double.PositiveInfinity) => b.Relu(x),
        (0, 6) => b.Unary(BuiltinOperator.Relu6, x),
        (-1, 1) => b.Unary(BuiltinOperator.ReluN1To1, x),
        _ => Bounded(b, x, min, max),
    };

    /// <summary>max(0, min(1, alpha * x + beta)).</summary>
    public static Tensor HardSigmoid(GraphBuilder b, Tensor x, float alpha, float beta) =>
        MathF.Abs((alpha * 6) - 1) < 1e-6 && beta == 0.5f
            ? b.Times(b.Unary(BuiltinOperator.Relu6, b.Plus(x, 3)), 1.0 / 6)
            : b.Minimum(b.Maximum(b.Plus(b.Times(x, alpha), beta), 0), 1);

    public static Tensor Swish(GraphBuilder b, Tensor x, double alpha) => b.Times(x, b.Logistic(alpha == 1 ? x : b.Times(x, alpha)));

    // x * tanh(softplus(x)) with w = exp(x) is x * w(w+2) / (w(w+2) + 2); beyond 20 the quotient is 1 in float32.
    private static Tensor Mish(GraphBuilder b, Tensor x)
    {
        var w = b.Exp(b.Minimum(x, 20));
        var u = b.Times(w, b.Plus(w, 2));
        return b.Times(x, b.Over(u, b.Plus(u, 2)));
    }

    private static Tensor Gelu(LoweringNode n, Tensor x, bool approximate)
    {
        if (n.Options.MinRuntime >= new RuntimeVersionNumber(2, 9))
        {
            return n.B.Unary(BuiltinOperator.Gelu, x, new GeluOptions(approximate));
        }

        var half = n.B.Times(x, 0.5);
        var inner = approximate
            ? n.B.Tanh(n.B.Times(n.B.Plus(x, n.B.Times(n.B.Times(n.B.Square(x), x), 0.044715)), Math.Sqrt(2 / Math.PI)))
            : n.B.Erf(n.B.Times(x, Math.Sqrt(0.5)));
        return n.B.Times(half, n.B.Plus(inner, 1));
    }

    private static void Celu(LoweringNode n)
    {
        float alpha = n.Node.Float("alpha", 1);
        var x = n.In(0);
        var below = n.B.Times(n.B.Minus(n.B.Exp(n.B.Times(n.B.Minimum(x, 0), 1 / alpha)), 1), alpha);
        n.Out(0, alpha == 1 ? Elu(n.B, x, 1) : n.B.Plus(n.B.Maximum(x, 0), below));
    }

    private static Tensor Selu(LoweringNode n)
    {
        float alpha = n.Node.Float("alpha", 1.67326319217681884765625f), gamma = n.Node.Float("gamma", 1.05070102214813232421875f);
        return n.B.Times(Elu(n.B, n.In(0), alpha), gamma);
    }

    private static void HardSigmoid(LoweringNode n) => n.Out(0, HardSigmoid(n.B, n.In(0), n.Node.Float("alpha", 0.2f), n.Node.Float("beta", 0.5f)));

    private static void Thresholded(LoweringNode n)
    {
        var x = n.In(0);
        n.Out(0, n.B.Select(n.B.Greater(x, n.B.Number(x.Type, n.Node.Float("alpha", 1))), x, n.B.Number(x.Type, 0)));
    }

    private static void Shrink(LoweringNode n)
    {
        var x = n.In(0);
        float lambda = n.Node.Float("lambd", 0.5f), bias = n.Node.Float("bias", 0);
        if (x.Type != TensorType.Float32 && (lambda != MathF.Floor(lambda) || bias != MathF.Floor(bias)))
        {
            throw n.Unsupported("a fraction as bound or bias of integers");
        }

        var zero = n.B.Number(x.Type, 0);
        var high = n.B.Select(n.B.Greater(x, n.B.Number(x.Type, lambda)), n.B.Minus(x, bias), zero);
        n.Out(0, n.B.Select(n.B.Less(x, n.B.Number(x.Type, -lambda)), n.B.Plus(x, bias), high));
    }

    private static void PRelu(LoweringNode n)
    {
        Tensor x = n.In(0), slope = n.In(1);
        if (ConstantTensors.SingleFloat(slope) is { } alpha)
        {
            n.Out(0, Leaky(n.B, x, alpha));
        }
        else if (x.Type == TensorType.Float32 && slope.IsConstant && x.Rank <= 4)
        {
            var aligned = n.B.Reshape(slope, [.. Enumerable.Repeat((Onnx.Model.Analysis.SymInt)1, x.Rank - slope.Rank), .. slope.Shape]);
            n.Out(0, n.B.Add(BuiltinOperator.Prelu, OperatorOptions.None, [x, aligned], x.Type, x.Shape));
        }
        else
        {
            n.Out(0, n.B.Plus(n.B.Maximum(x, 0), n.B.Times(n.B.Minimum(x, 0), slope)));
        }
    }

    private static void Clip(LoweringNode n)
    {
        var x = n.In(0);
        double[]? low = n.Has(1) ? n.Numbers(1) : [double.NegativeInfinity], high = n.Has(2) ? n.Numbers(2) : [double.PositiveInfinity];
        n.Out(0, x.Type == TensorType.Float32 && low is [var min] && high is [var max] ? Clamp(n.B, x, min, max) : Bounds(n, x));
    }

    private static Tensor Bounds(LoweringNode n, Tensor x)
    {
        var raised = n.Optional(1) is { } low ? n.B.Maximum(x, low) : x;
        return n.Optional(2) is { } high ? n.B.Minimum(raised, high) : raised;
    }

    private static Tensor Bounded(GraphBuilder b, Tensor x, double min, double max)
    {
        var raised = double.IsNegativeInfinity(min) || min <= -float.MaxValue ? x : b.Maximum(x, min);
        return double.IsPositiveInfinity(max) || max >= float.MaxValue ? raised : b.Minimum(raised, max);
    }
}
