using Onnx.Model;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>Changes of element type.</summary>
internal static class CastLowerings
{
    public static IReadOnlyList<OperatorLowering> Table { get; } =
    [
        new("Cast", Cast) { Types = "all but string", Builtins = "CAST" },
    ];

    private static void Cast(LoweringNode n)
    {
        var x = n.In(0);
        var to = n.OutFact(0).Type;
        if (to is DataType.Float16 or DataType.BFloat16)
        {
            // Inside the graph half precision is float32; the detour rounds as the cast does.
            n.Out(0, n.B.Cast(n.B.Cast(x, TensorTypes.FromOnnx(to)!.Value), TensorType.Float32));
            return;
        }

        if (to == DataType.UInt64 || n.Fact(0).Type == DataType.UInt64)
        {
            ThroughUnsigned(n, to);
            return;
        }

        n.Out(0, n.B.Cast(x, n.OutType(0)));
    }

    // 64-bit unsigned numbers travel as signed ones: the same bits for integers, and out of reach for large floats.
    private static void ThroughUnsigned(LoweringNode n, DataType to)
    {
        var from = n.Fact(0).Type;
        if (!(from.IsInteger() || from == DataType.Bool) || !(to.IsInteger() || to == DataType.Bool))
        {
            throw new RefusedException(ReasonCode.UnsupportedType, $"a cast from {from} to {to}", "go through int64");
        }

        n.Out(0, n.B.Cast(n.In(0), n.OutType(0)));
    }
}
