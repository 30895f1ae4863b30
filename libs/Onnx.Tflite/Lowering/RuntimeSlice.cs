using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>A Slice whose parameters are computed at run time. STRIDED_SLICE clamps and counts from the end as ONNX does.</summary>
internal static class RuntimeSlice
{
    public static Tensor Apply(LoweringNode n, Tensor x)
    {
        if (n.Fact(1).Shape is not [{ IsKnown: true } count])
        {
            throw n.NotConstant("the starts and ends");
        }

        Tensor starts = Clamped(n, 1), ends = Clamped(n, 2);
        Tensor steps = n.Has(4) ? Clamped(n, 4) : n.B.Int32s([.. Enumerable.Repeat(1, (int)count.Value)]);
        if (!n.Has(3) && count.Value == x.Rank)
        {
            return n.B.StridedSlice(x, starts, ends, steps, 0, 0, n.OutShape(0));
        }

        // Parameters go to the places of their axes; the other axes are taken whole.
        var axes = n.Has(3) ? n.B.Cast(n.In(3), TensorType.Int32) : n.B.Int32s([.. Enumerable.Range(0, (int)count.Value)]);
        var places = n.B.Reshape(n.B.Select(n.B.Less(axes, n.B.Int32(0)), n.B.Plus(axes, x.Rank), axes), [count, 1]);
        var cut = n.B.Greater(n.B.ScatterNd(places, n.B.Int32s([.. Enumerable.Repeat(1, (int)count.Value)]), [x.Rank]), n.B.Int32(0));
        Tensor Spread(Tensor values, int elsewhere) => n.B.Select(cut, n.B.ScatterNd(places, values, [x.Rank]), n.B.Int32(elsewhere));
        return n.B.StridedSlice(x, Spread(starts, 0), Spread(ends, int.MaxValue), Spread(steps, 1), 0, 0, n.OutShape(0));
    }

    // 64-bit ends such as the largest number stay "as far as there is" in 32 bits.
    private static Tensor Clamped(LoweringNode n, int input)
    {
        var value = n.In(input);
        return n.B.Cast(value.Type == TensorType.Int64 && !value.IsConstant ? n.B.Minimum(n.B.Maximum(value, int.MinValue), int.MaxValue) : value, TensorType.Int32);
    }
}
