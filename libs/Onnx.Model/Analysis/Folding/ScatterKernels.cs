namespace Onnx.Model.Analysis.Folding;

/// <summary>Elements replaced at given positions; reductions are left to the runtime.</summary>
internal static class ScatterKernels
{
    public static TensorProto[]? ScatterNd(InferenceNode n)
    {
        TensorProto x = n.In(0).Constant!, indices = n.In(1).Constant!, updates = n.In(2).Constant!;
        if (n.Node.Text("reduction", "none") != "none")
        {
            return null;
        }

        int depth = (int)indices.Dims[^1], size = x.DataType.BitSize() / 8;
        long[] coordinates = TensorReading.Int64s(indices), strides = StridedView.RowMajor(x.Dims);
        int run = (int)x.Dims.Skip(depth).Aggregate((long)size, (product, dim) => product * dim);
        byte[] result = x.Data.AsSpan().ToArray();
        for (int i = 0; depth > 0 && i < coordinates.Length / depth; i++)
        {
            long at = 0;
            for (int k = 0; k < depth; k++)
            {
                at += InRange(n, coordinates[(i * depth) + k], x.Dims[k]) * strides[k];
            }

            updates.Data.AsSpan().Slice(i * run, run).CopyTo(result.AsSpan((int)at * size));
        }

        return [new TensorProto { DataType = x.DataType, Dims = x.Dims, Data = TensorData.From(result) }];
    }

    public static TensorProto[]? ScatterElements(InferenceNode n)
    {
        TensorProto x = n.In(0).Constant!, indices = n.In(1).Constant!, updates = n.In(2).Constant!;
        if (n.Node.Text("reduction", "none") != "none")
        {
            return null;
        }

        int axis = n.Axis("axis", 0, x.Dims.Length), size = x.DataType.BitSize() / 8;
        long[] picks = TensorReading.Int64s(indices), strides = StridedView.RowMajor(x.Dims), own = StridedView.RowMajor(indices.Dims);
        byte[] result = x.Data.AsSpan().ToArray();
        for (int i = 0; i < picks.Length; i++)
        {
            long at = InRange(n, picks[i], x.Dims[axis]) * strides[axis];
            for (int k = 0; k < strides.Length; k++)
            {
                at += k == axis ? 0 : i / own[k] % indices.Dims[k] * strides[k];
            }

            updates.Data.AsSpan().Slice(i * size, size).CopyTo(result.AsSpan((int)at * size));
        }

        return [new TensorProto { DataType = x.DataType, Dims = x.Dims, Data = TensorData.From(result) }];
    }

    private static long InRange(InferenceNode n, long index, long size)
    {
        long positive = index < 0 ? index + size : index;
        return positive >= 0 && positive < size ? positive : throw n.Invalid($"index {index} lies outside an axis of size {size}");
    }
}
