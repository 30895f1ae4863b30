using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>A Slice whose starts or ends are computed at run time. STRIDED_SLICE clamps and counts from the end as ONNX does.</summary>
internal static class RuntimeSlice
{
    public static Tensor Apply(LoweringNode n, Tensor x)
    {
        if (n.Fact(1).Shape is not [{ IsKnown: true } count])
        {
            throw n.NotConstant("the starts and ends");
        }

        long[] axes = n.Has(3) ? n.RequiredInts(3, "the axes") : [.. Enumerable.Range(0, (int)count.Value).Select(axis => (long)axis)];
        long[]? steps = n.Has(4) ? n.Ints(4) : [.. Enumerable.Repeat(1L, axes.Length)];
        if (steps is null || Array.Exists(steps, step => step < 0))
        {
            throw n.NotConstant("the steps");
        }

        Tensor starts = n.B.Cast(Clamped(n, 1), TensorType.Int32), ends = n.B.Cast(Clamped(n, 2), TensorType.Int32);
        var begin = new List<Tensor>();
        var end = new List<Tensor>();
        int[] stride = [.. Enumerable.Repeat(1, x.Rank)];
        int mask = 0;
        for (int axis = 0; axis < x.Rank; axis++)
        {
            int at = Array.FindIndex(axes, given => n.Axis(given, x.Rank) == axis);
            begin.Add(at < 0 ? n.B.Int32s(0) : n.B.Slice(starts, 0, at, 1));
            end.Add(at < 0 ? n.B.Int32s(int.MaxValue) : n.B.Slice(ends, 0, at, 1));
            stride[axis] = at < 0 ? 1 : (int)steps[at];
            mask |= at < 0 ? 1 << axis : 0;
        }

        return n.B.StridedSlice(x, n.B.Concat(begin, 0), n.B.Concat(end, 0), n.B.Int32s(stride), mask, mask, n.OutShape(0));
    }

    // 64-bit ends such as the largest number stay "as far as there is" in 32 bits.
    private static Tensor Clamped(LoweringNode n, int input)
    {
        var value = n.In(input);
        return value.Type == TensorType.Int64 ? n.B.Minimum(n.B.Maximum(value, int.MinValue), int.MaxValue) : value;
    }
}
