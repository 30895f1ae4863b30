using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>Softmax and its relatives.</summary>
internal static class SoftmaxLowerings
{
    public static IReadOnlyList<OperatorLowering> Table { get; } =
    [
        Along("Softmax", (n, x) => n.B.Softmax(x)) with { Builtins = "SOFTMAX, TRANSPOSE" },
        Along("LogSoftmax", (n, x) => n.B.LogSoftmax(x)) with { Builtins = "LOG_SOFTMAX, TRANSPOSE" },
        Along("Hardmax", Hardmax) with { Builtins = "ARG_MAX, ONE_HOT, TRANSPOSE" },
    ];

    private static OperatorLowering Along(string name, Func<LoweringNode, Tensor, Tensor> function) => new(name, n =>
    {
        var x = n.In(0);
        if (x.Rank == 0)
        {
            throw new RefusedException(ReasonCode.UnsupportedRank, $"{name} of a single number", "give the input an axis");
        }

        var single = n.B.Cast(x, TensorType.Float32);
        n.Out(0, n.B.Cast(n.B.OnLastAxis(single, n.Axis(n.Node.Int("axis", -1), x.Rank), moved => function(n, moved)), x.Type));
    });

    private static Tensor Hardmax(LoweringNode n, Tensor x)
    {
        var depth = x.Shape[^1];
        if (!depth.IsKnown)
        {
            throw n.Dynamic("Hardmax over an open axis");
        }

        var winner = n.B.Squeeze(n.B.Arg(true, x, x.Rank - 1, TensorType.Int32), x.Rank - 1);
        return n.B.OneHot(winner, n.B.Int32((int)depth.Value), n.B.Float(1), n.B.Float(0), x.Rank - 1, depth);
    }
}
