namespace Onnx.Model.Analysis;

/// <summary>Sparse constants written out in full.</summary>
internal static class SparseTensors
{
    private const long MaxElements = 1L << 28;

    public static TensorProto Densify(SparseTensorProto sparse)
    {
        long count = 1;
        foreach (long dim in sparse.Dims)
        {
            if (dim < 0 || (dim > 0 && count > MaxElements / dim))
            {
                throw new OnnxGraphException(GraphError.InvalidNode, $"the sparse tensor '{sparse.Values.Name}' claims more than {MaxElements} elements");
            }

            count *= dim;
        }

        int size = sparse.Values.DataType.BitSize() / 8;
        if (size == 0)
        {
            throw new OnnxGraphException(GraphError.InvalidNode, $"the sparse tensor '{sparse.Values.Name}' has elements of {sparse.Values.DataType}");
        }

        byte[] bytes = new byte[count * size];
        var values = sparse.Values.Data.AsSpan();
        long[] positions = LinearPositions(sparse);
        for (int i = 0; i < positions.Length; i++)
        {
            values.Slice(i * size, size).CopyTo(bytes.AsSpan(checked((int)positions[i] * size)));
        }

        return new TensorProto { Name = sparse.Values.Name, DataType = sparse.Values.DataType, Dims = sparse.Dims, Data = TensorData.From(bytes) };
    }

    private static long[] LinearPositions(SparseTensorProto sparse)
    {
        long[] indices = TensorReading.Int64s(sparse.Indices);
        long count = sparse.Values.ElementCount;
        int rank = sparse.Dims.Length;
        bool linear = sparse.Indices.Dims.Length == 1;
        if (indices.Length != (linear ? count : count * rank))
        {
            throw new OnnxGraphException(GraphError.InvalidNode, $"the sparse tensor '{sparse.Values.Name}' has {indices.Length} indices for {count} values");
        }

        long total = sparse.Dims.Aggregate(1L, (product, dim) => product * dim);
        var positions = new long[count];
        for (int i = 0; i < count; i++)
        {
            positions[i] = linear ? indices[i] : Enumerable.Range(0, rank).Aggregate(0L, (position, axis) => (position * sparse.Dims[axis]) + indices[(i * rank) + axis]);
            if (positions[i] < 0 || positions[i] >= total)
            {
                throw new OnnxGraphException(GraphError.InvalidNode, $"the sparse tensor '{sparse.Values.Name}' has an index out of range");
            }
        }

        return positions;
    }
}
