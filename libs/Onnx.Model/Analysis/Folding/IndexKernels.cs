namespace Onnx.Model.Analysis.Folding;

/// <summary>Elements picked by computed positions.</summary>
internal static class IndexKernels
{
    public static TensorProto[]? GatherElements(InferenceNode n)
    {
        TensorProto x = n.In(0).Constant!, indices = n.In(1).Constant!;
        int axis = n.Axis("axis", 0, x.Dims.Length);
        long[] picks = TensorReading.Int64s(indices), strides = StridedView.RowMajor(x.Dims), own = StridedView.RowMajor(indices.Dims);
        var positions = new long[picks.Length];
        for (int i = 0; i < picks.Length; i++)
        {
            long pick = picks[i] < 0 ? picks[i] + x.Dims[axis] : picks[i];
            positions[i] = pick >= 0 && pick < x.Dims[axis] ? pick * strides[axis] : throw n.Invalid($"an index lies outside axis {axis}");
            for (int k = 0; k < strides.Length; k++)
            {
                positions[i] += k == axis ? 0 : i / own[k] % indices.Dims[k] * strides[k];
            }
        }

        return [Pick(x, indices.Dims, positions, 1)];
    }

    public static TensorProto[]? GatherNd(InferenceNode n)
    {
        TensorProto x = n.In(0).Constant!, indices = n.In(1).Constant!;
        if (n.Node.Int("batch_dims", 0) != 0)
        {
            return null;
        }

        int depth = (int)indices.Dims[^1];
        long[] coordinates = TensorReading.Int64s(indices), strides = StridedView.RowMajor(x.Dims);
        long inner = x.Dims.Skip(depth).Aggregate(1L, (product, dim) => product * dim);
        var positions = new long[depth == 0 ? 0 : coordinates.Length / depth];
        for (int i = 0; i < positions.Length; i++)
        {
            for (int k = 0; k < depth; k++)
            {
                long at = coordinates[(i * depth) + k];
                at = at < 0 ? at + x.Dims[k] : at;
                positions[i] += at >= 0 && at < x.Dims[k] ? at * strides[k] : throw n.Invalid($"an index lies outside axis {k}");
            }
        }

        return [Pick(x, Wide.Dims(n.Outputs[0]), positions, (int)inner)];
    }

    public static TensorProto[]? NonZero(InferenceNode n)
    {
        var x = n.In(0).Constant!;
        if (!Wide.Supports(x.DataType))
        {
            return null;
        }

        double[] values = TensorReading.Doubles(x);
        int[] hits = [.. Enumerable.Range(0, values.Length).Where(i => values[i] != 0)];
        long[] strides = StridedView.RowMajor(x.Dims);
        var result = new long[x.Dims.Length * hits.Length];
        for (int axis = 0; axis < x.Dims.Length; axis++)
        {
            for (int i = 0; i < hits.Length; i++)
            {
                result[(axis * hits.Length) + i] = hits[i] / strides[axis] % x.Dims[axis];
            }
        }

        return [TensorWriting.FromInt64s(DataType.Int64, [x.Dims.Length, hits.Length], result)];
    }

    public static TensorProto[]? Compress(InferenceNode n)
    {
        var x = n.In(0).Constant!;
        var chosen = n.In(1).Constant!.Data.AsSpan();
        bool flat = n.Node.Attribute("axis") is null;
        int axis = flat ? 0 : n.Axis("axis", 0, x.Dims.Length);
        long[] dims = flat ? [x.ElementCount] : x.Dims;
        long inner = dims.Skip(axis + 1).Aggregate(1L, (product, dim) => product * dim), outer = dims.Take(axis).Aggregate(1L, (product, dim) => product * dim);
        var kept = new List<long>();
        for (int i = 0; i < chosen.Length && i < dims[axis]; i++)
        {
            if (chosen[i] != 0)
            {
                kept.Add(i);
            }
        }

        var positions = new List<long>();
        for (long block = 0; block < outer; block++)
        {
            positions.AddRange(kept.Select(i => ((block * dims[axis]) + i) * inner));
        }

        return [Pick(x, [.. dims[..axis], kept.Count, .. dims[(axis + 1)..]], [.. positions], (int)inner)];
    }

    public static TensorProto[]? OneHot(InferenceNode n)
    {
        long[] indices = TensorReading.Int64s(n.In(0).Constant!), dims = Wide.Dims(n.Outputs[0]);
        int axis = n.Axis("axis", -1, dims.Length);
        long depth = dims[axis], inner = dims.Skip(axis + 1).Aggregate(1L, (product, dim) => product * dim);
        var positions = new long[indices.Length * depth];
        for (long i = 0; i < positions.Length; i++)
        {
            long at = indices[(i / (depth * inner) * inner) + (i % inner)];
            at = at < 0 ? at + depth : at;
            positions[i] = at == i / inner % depth ? 1 : 0;
        }

        return [Pick(n.In(2).Constant!, dims, positions, 1)];
    }

    public static TensorProto[]? EyeLike(InferenceNode n)
    {
        long[] dims = Wide.Dims(n.Outputs[0]);
        long k = n.Node.Int("k", 0);
        if (!Wide.Supports(n.Outputs[0].Type) || dims.Length != 2)
        {
            return null;
        }

        var values = new long[dims[0] * dims[1]];
        for (long row = 0; row < dims[0]; row++)
        {
            if (row + k >= 0 && row + k < dims[1])
            {
                values[(row * dims[1]) + row + k] = 1;
            }
        }

        return [TensorWriting.FromInt64s(n.Outputs[0].Type, dims, values)];
    }

    public static TensorProto[]? Trilu(InferenceNode n)
    {
        var x = n.In(0).Constant!;
        long k = n.Has(1) ? n.Ints(1)![0] : 0, rows = x.Dims[^2], columns = x.Dims[^1];
        bool upper = n.Node.Int("upper", 1) != 0;
        int size = x.DataType.BitSize() / 8;
        byte[] result = x.Data.AsSpan().ToArray();
        for (long i = 0; i < x.ElementCount; i++)
        {
            long distance = (i % columns) - (i / columns % rows);
            if (upper ? distance < k : distance > k)
            {
                result.AsSpan((int)i * size, size).Clear();
            }
        }

        return [new TensorProto { DataType = x.DataType, Dims = x.Dims, Data = TensorData.From(result) }];
    }

    private static TensorProto Pick(TensorProto x, long[] dims, long[] positions, int run)
    {
        int size = run * x.DataType.BitSize() / 8, element = x.DataType.BitSize() / 8;
        byte[] result = new byte[positions.Length * size];
        var source = x.Data.AsSpan();
        for (int i = 0; i < positions.Length; i++)
        {
            source.Slice((int)positions[i] * element, size).CopyTo(result.AsSpan(i * size));
        }

        return new TensorProto { DataType = x.DataType, Dims = dims, Data = TensorData.From(result) };
    }
}
