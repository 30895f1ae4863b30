using Onnx.Model.Analysis;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>MaxPool with its second output: where in the flattened operand each maximum lies.</summary>
internal static class MaxPoolIndices
{
    public static void Lower(LoweringNode n, Tensor x, PoolWindow window)
    {
        if (!x.IsStatic)
        {
            throw n.Dynamic("positions of maxima in a tensor of open shape");
        }

        var parts = MaxPool.Shifted(n, MaxPool.Padded(n, x, window), window).ConvertAll(part => n.B.Unsqueeze(part, part.Rank));
        int last = x.Rank;
        var stacked = n.B.Concat(parts, last);
        n.Out(0, n.B.Reshape(n.B.Max(stacked, [last]), n.OutShape(0)));
        var winner = n.B.Squeeze(n.B.Arg(true, stacked, last, TensorType.Int32), last);
        var steps = n.B.Gather(n.B.Int32s(Offsets(n, window)), winner, 0);
        var origins = n.B.Constant<int>(TensorType.Int32, n.OutShape(0).Select(dim => dim.Value).ToArray(), Origins(n, x, window));
        n.Out(1, n.B.Cast(n.B.Plus(steps, origins), n.OutType(1)));
    }

    // storage_order 1 numbers the last spatial axis slowest.
    private static long[] SpatialStrides(LoweringNode n, PoolWindow window)
    {
        long[] sizes = [.. window.Input.Select(dim => dim.Value)];
        if (n.Node.Int("storage_order", 0) == 0)
        {
            return StridedView.RowMajor(sizes);
        }

        long[] reversed = StridedView.RowMajor([.. sizes.Reverse()]);
        return [.. reversed.Reverse()];
    }

    private static int[] Offsets(LoweringNode n, PoolWindow window)
    {
        var g = window.Geometry;
        long[] strides = SpatialStrides(n, window);
        var offsets = new List<long> { 0 };
        for (int axis = 0; axis < g.Rank; axis++)
        {
            offsets = [.. offsets.SelectMany(sum => Enumerable.Range(0, (int)g.Kernel[axis].Value).Select(k => sum + (k * g.Dilations[axis] * strides[axis])))];
        }

        return [.. offsets.Select(offset => (int)offset)];
    }

    private static int[] Origins(LoweringNode n, Tensor x, PoolWindow window)
    {
        var g = window.Geometry;
        long[] strides = SpatialStrides(n, window), output = [.. window.Output.Select(dim => dim.Value)], own = StridedView.RowMajor(output);
        long plane = window.Input.Aggregate(1L, (product, dim) => product * dim.Value), positions = output.Aggregate(1L, (product, dim) => product * dim);
        int[] origins = new int[x.Dims[0] * x.Dims[1] * positions];
        for (int i = 0; i < origins.Length; i++)
        {
            long at = i / positions * plane;
            for (int axis = 0; axis < g.Rank; axis++)
            {
                at += ((i % positions / own[axis] % output[axis] * g.Strides[axis]) - g.PadsBegin[axis].Value) * strides[axis];
            }

            origins[i] = (int)at;
        }

        return origins;
    }
}
