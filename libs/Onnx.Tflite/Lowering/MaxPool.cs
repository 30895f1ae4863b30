using Onnx.Model.Analysis;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>MaxPool, with positions of the maxima where they are asked for.</summary>
internal static class MaxPool
{
    // Each position of a dilated window is an operator of its own.
    private const int MostPositions = 256;

    public static void Lower(LoweringNode n)
    {
        var x = n.In(0);
        var window = PoolWindow.Of(n, x);
        if (window.Geometry.Rank > 3)
        {
            throw new RefusedException(ReasonCode.UnsupportedRank, $"{window.Geometry.Rank} spatial axes", "pool over at most three axes");
        }

        if (n.Wants(1))
        {
            MaxPoolIndices.Lower(n, x, window);
            return;
        }

        bool same = !window.HasDilation && window.Geometry.Rank < 3 && WindowLayout.IsSame(window.Geometry, x.Shape[2..], window.PadsEndWithOverhang);
        if (same)
        {
            n.Out(0, SpatialPool.Apply(n.B, BuiltinOperator.MaxPool2d, x, window, Padding.Same));
            return;
        }

        var padded = Padded(n, x, window);
        n.Out(0, window.HasDilation ? AxisByAxis(n, padded, window) : SpatialPool.Apply(n.B, BuiltinOperator.MaxPool2d, padded, window, Padding.Valid));
    }

    /// <summary>The operand with a border that no element is below.</summary>
    public static Tensor Padded(LoweringNode n, Tensor x, PoolWindow window)
    {
        double lowest = x.Type switch { TensorType.Float32 => float.MinValue, TensorType.Int8 => sbyte.MinValue, _ => 0 };
        SymInt[] before = WindowLayout.Full(x, window.Geometry.PadsBegin), after = WindowLayout.Full(x, window.PadsEndWithOverhang);
        return x.Type == TensorType.UInt8 ? n.B.Pad(x, before, after) : n.B.Pad(x, before, after, n.B.Number(x.Type, lowest));
    }

    // The largest of a window is the largest of its rows' largest.
    private static Tensor AxisByAxis(LoweringNode n, Tensor padded, PoolWindow window)
    {
        var g = window.Geometry;
        var result = padded;
        for (int axis = 0; axis < g.Rank; axis++)
        {
            if (!window.Output[axis].IsKnown || g.Kernel[axis].Value > MostPositions)
            {
                throw n.Unsupported($"a dilated window of {g.Kernel[axis]} positions along an axis, or over an open one", "use a smaller window");
            }

            var source = result;
            int along = axis;
            result = Enumerable.Range(0, (int)g.Kernel[axis].Value).Select(k => Along(n, source, window, along, k * g.Dilations[along])).Aggregate((a, b) => n.B.Maximum(a, b));
        }

        return result;
    }

    private static Tensor Along(LoweringNode n, Tensor x, PoolWindow window, int axis, long offset)
    {
        int[] begin = new int[x.Rank], end = new int[x.Rank], stride = [.. Enumerable.Repeat(1, x.Rank)];
        int at = axis + 2, mask = ((1 << x.Rank) - 1) & ~(1 << at);
        begin[at] = (int)offset;
        stride[at] = (int)window.Geometry.Strides[axis];
        end[at] = (int)(offset + ((window.Output[axis].Value - 1) * stride[at]) + 1);
        return n.B.StridedSlice(x, begin, end, stride, mask, mask, [.. x.Shape[..at], window.Output[axis], .. x.Shape[(at + 1)..]]);
    }

    /// <summary>For each element of the window, the values that all windows have there: [N, C, output], row-major.</summary>
    public static List<Tensor> Shifted(LoweringNode n, Tensor padded, PoolWindow window)
    {
        var g = window.Geometry;
        double positions = g.Kernel.Aggregate(1.0, (product, size) => product * size.Value);
        if (positions > MostPositions)
        {
            throw n.Unsupported($"a dilated window of {positions} positions", "use a smaller window");
        }

        var offsets = new List<long[]> { Array.Empty<long>() };
        for (int axis = 0; axis < g.Rank; axis++)
        {
            offsets = [.. offsets.SelectMany(prefix => Enumerable.Range(0, (int)g.Kernel[axis].Value).Select(k => (long[])[.. prefix, k * g.Dilations[axis]]))];
        }

        return offsets.ConvertAll(offset => Part(n, padded, window, offset));
    }

    private static Tensor Part(LoweringNode n, Tensor padded, PoolWindow window, long[] offset)
    {
        var g = window.Geometry;
        int mask = 0b11;
        int[] begin = new int[padded.Rank], end = new int[padded.Rank], stride = [.. Enumerable.Repeat(1, padded.Rank)];
        for (int axis = 0; axis < g.Rank; axis++)
        {
            if (!window.Output[axis].IsKnown)
            {
                throw n.Dynamic("dilated windows over an open axis");
            }

            begin[axis + 2] = (int)offset[axis];
            end[axis + 2] = (int)(offset[axis] + ((window.Output[axis].Value - 1) * g.Strides[axis]) + 1);
            stride[axis + 2] = (int)g.Strides[axis];
        }

        return n.B.StridedSlice(padded, begin, end, stride, mask, mask, [padded.Shape[0], padded.Shape[1], .. window.Output]);
    }
}
