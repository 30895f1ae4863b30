using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>DynamicQuantizeLinear: the range of the values themselves, widened to hold zero, becomes 0 to 255.</summary>
internal static class DynamicQuantization
{
    public static void Lower(LoweringNode n)
    {
        var x = n.In(0);
        int[] all = [.. Enumerable.Range(0, x.Rank)];
        var high = n.B.Reshape(n.B.Maximum(n.B.Max(x, all), 0), []);
        var low = n.B.Reshape(n.B.Minimum(n.B.Reduce(BuiltinOperator.ReduceMin, x, all), 0), []);
        var scale = n.B.Over(n.B.Minus(high, low), n.B.Float(255));
        var zero = n.B.Unary(BuiltinOperator.Round, n.B.Minimum(n.B.Maximum(n.B.Over(n.B.Neg(low), scale), 0), 255));
        n.Out(0, QuantizeArithmetic.Apply(n.B, x, scale, zero, TensorType.UInt8));
        n.Out(1, scale);
        n.Out(2, n.B.Cast(zero, TensorType.UInt8));
    }
}
