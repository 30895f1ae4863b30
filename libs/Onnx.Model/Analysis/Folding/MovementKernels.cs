namespace Onnx.Model.Analysis.Folding;

/// <summary>Elements moved as they are.</summary>
internal static class MovementKernels
{
    public static TensorProto[] Reshape(InferenceNode n)
    {
        var x = n.In(0).Constant!;
        return [new TensorProto { DataType = x.DataType, Dims = Wide.Dims(n.Outputs[0]), Data = x.Data, Strings = x.Strings }];
    }

    /// <summary>Transpose, Slice and Expand: reading in another order.</summary>
    public static TensorProto[]? View(InferenceNode n)
    {
        var x = n.In(0).Constant!;
        long[] dims = Wide.Dims(n.Outputs[0]);
        return ViewOf(n, x.Dims, dims) is { } view ? [Copy(x, dims, view)] : null;
    }

    /// <summary>The view of a Transpose, Slice or Expand whose parameters are known.</summary>
    public static StridedView? ViewOf(InferenceNode n, long[] from, long[] to) => n.Node.OpType switch
    {
        "Transpose" => StridedView.Transpose(from, Order(n.Node, from.Length)),
        "Slice" => SliceView(n, from, to),
        "Expand" => ExpandView(from, to),
        _ => null,
    };

    public static TensorProto[]? Split(InferenceNode n)
    {
        var x = n.In(0).Constant!;
        int axis = n.Axis("axis", 0, x.Dims.Length);
        long[] strides = StridedView.RowMajor(x.Dims);
        var parts = new TensorProto[n.Outputs.Length];
        long start = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            long[] dims = Wide.Dims(n.Outputs[i]);
            parts[i] = Copy(x, dims, new StridedView(dims, strides, start * strides[axis]));
            start += dims[axis];
        }

        return parts;
    }

    public static TensorProto[] Concat(InferenceNode n)
    {
        long[] dims = Wide.Dims(n.Outputs[0]);
        int axis = n.Axis("axis", 0, dims.Length), size = n.Type(0).BitSize() / 8;
        byte[] result = new byte[dims.Aggregate(1L, (product, dim) => product * dim) * size];
        long outer = dims.Take(axis).Aggregate(1L, (product, dim) => product * dim);
        int row = outer == 0 ? 0 : (int)(result.Length / outer), at = 0;
        for (int i = 0; i < n.InputCount; i++)
        {
            var data = n.In(i).Constant!.Data.AsSpan();
            int part = outer == 0 ? 0 : (int)(data.Length / outer);
            for (int block = 0; block < outer; block++)
            {
                data.Slice(block * part, part).CopyTo(result.AsSpan((block * row) + at));
            }

            at += part;
        }

        return [new TensorProto { DataType = n.Type(0), Dims = dims, Data = TensorData.From(result) }];
    }

    public static TensorProto[]? Gather(InferenceNode n)
    {
        TensorProto x = n.In(0).Constant!, indices = n.In(1).Constant!;
        int axis = n.Axis("axis", 0, x.Dims.Length), size = x.DataType.BitSize() / 8;
        long[] dims = Wide.Dims(n.Outputs[0]);
        long outer = x.Dims.Take(axis).Aggregate(1L, (product, dim) => product * dim);
        int inner = (int)x.Dims.Skip(axis + 1).Aggregate((long)size, (product, dim) => product * dim);
        long[] picks = Array.ConvertAll(TensorReading.Int64s(indices), index => index < 0 ? index + x.Dims[axis] : index);
        if (Array.Exists(picks, index => index < 0 || index >= x.Dims[axis]))
        {
            throw n.Invalid($"an index lies outside axis {axis} of size {x.Dims[axis]}");
        }

        byte[] result = new byte[outer * picks.Length * inner];
        var source = x.Data.AsSpan();
        int at = 0;
        for (long block = 0; block < outer; block++)
        {
            foreach (long pick in picks)
            {
                source.Slice((int)(((block * x.Dims[axis]) + pick) * inner), inner).CopyTo(result.AsSpan(at));
                at += inner;
            }
        }

        return [new TensorProto { DataType = x.DataType, Dims = dims, Data = TensorData.From(result) }];
    }

    public static TensorProto[]? Tile(InferenceNode n)
    {
        var x = n.In(0).Constant!;
        long[] repeats = n.Ints(1)!, strides = StridedView.RowMajor(x.Dims);
        var dims = new List<long>();
        var steps = new List<long>();
        for (int i = 0; i < x.Dims.Length; i++)
        {
            dims.AddRange([repeats[i], x.Dims[i]]);
            steps.AddRange([0, strides[i]]);
        }

        return [Copy(x, Wide.Dims(n.Outputs[0]), new StridedView([.. dims], [.. steps], 0))];
    }

    public static TensorProto[]? Pad(InferenceNode n)
    {
        var x = n.In(0).Constant!;
        long[]? pads = n.Ints(1);
        if (n.Node.Text("mode", "constant") != "constant" || pads is null || Array.Exists(pads, pad => pad < 0) || n.Has(3))
        {
            return null;
        }

        long[] dims = Wide.Dims(n.Outputs[0]);
        int size = x.DataType.BitSize() / 8;
        byte[] result = new byte[dims.Aggregate(1L, (product, dim) => product * dim) * size];
        if (n.Has(2))
        {
            Fill(result, n.In(2).Constant!.Data.AsSpan());
        }

        int[] positions = new int[result.Length / size];
        for (int i = 0; i < positions.Length; i++)
        {
            positions[i] = i;
        }

        var targets = new int[x.ElementCount];
        long[] strides = StridedView.RowMajor(dims);
        new StridedView(x.Dims, strides, pads.Take(dims.Length).Select((pad, axis) => pad * strides[axis]).Sum()).Copy<int>(positions, targets);
        for (int i = 0; i < targets.Length; i++)
        {
            x.Data.AsSpan().Slice(i * size, size).CopyTo(result.AsSpan(targets[i] * size));
        }

        return [new TensorProto { DataType = x.DataType, Dims = dims, Data = TensorData.From(result) }];
    }

    public static TensorProto[] ConstantOfShape(InferenceNode n)
    {
        var fact = n.Outputs[0];
        long[] dims = Wide.Dims(fact);
        byte[] result = new byte[fact.Type.ByteSize(dims.Aggregate(1L, (product, dim) => product * dim))];
        if (n.Node.Attribute("value") is { } value)
        {
            Fill(result, value.Tensor.Data.AsSpan());
        }

        return [new TensorProto { DataType = fact.Type, Dims = dims, Data = TensorData.From(result) }];
    }

    public static TensorProto[]? Range(InferenceNode n)
    {
        long[] dims = Wide.Dims(n.Outputs[0]);
        if (!Wide.Supports(n.Type(0)))
        {
            return null;
        }

        if (Wide.IsDouble(n.Type(0)))
        {
            double start = TensorReading.Doubles(n.In(0).Constant!)[0], step = TensorReading.Doubles(n.In(2).Constant!)[0];
            return [TensorWriting.FromDoubles(n.Type(0), dims, [.. Enumerable.Range(0, (int)dims[0]).Select(i => start + (i * step))])];
        }

        long from = n.Ints(0)![0], by = n.Ints(2)![0];
        return [TensorWriting.FromInt64s(n.Type(0), dims, [.. Enumerable.Range(0, (int)dims[0]).Select(i => from + (i * by))])];
    }

    public static TensorProto[] Shape(InferenceNode n)
    {
        var (start, end) = Rules.ConstantRules.ShapeRange(n.Node, n.Rank(0));
        return [TensorWriting.Int64s("", end > start ? n.In(0).Constant!.Dims.AsSpan(start, end - start) : [])];
    }

    public static TensorProto[] Size(InferenceNode n) => [TensorWriting.Int64s("", [n.In(0).Constant!.ElementCount], scalar: true)];

    private static int[] Order(NodeProto node, int rank) => node.Ints("perm") is { } perm ? Array.ConvertAll(perm, axis => (int)axis) : [.. Enumerable.Range(0, rank).Reverse()];

    private static StridedView? SliceView(InferenceNode n, long[] from, long[] to)
    {
        int[]? axes = Rules.SliceRules.Axes(n, from.Length);
        long[]? starts = n.Ints(1), ends = n.Ints(2), steps = n.Has(4) ? n.Ints(4) : axes is null ? null : [.. Enumerable.Repeat(1L, axes.Length)];
        if (axes is null || starts is null || ends is null || steps is null)
        {
            return null;
        }

        long[] strides = StridedView.RowMajor(from);
        long offset = 0;
        for (int i = 0; i < axes.Length; i++)
        {
            var (start, _) = SliceLength.Clamp(from[axes[i]], starts[i], ends[i], steps[i]);
            offset += start * strides[axes[i]];
            strides[axes[i]] *= steps[i];
        }

        return new StridedView(to, strides, offset);
    }

    private static StridedView ExpandView(long[] from, long[] to)
    {
        long[] own = StridedView.RowMajor(from), strides = new long[to.Length];
        for (int i = 1; i <= from.Length; i++)
        {
            strides[^i] = from[^i] == 1 ? 0 : own[^i];
        }

        return new StridedView(to, strides, 0);
    }

    private static TensorProto Copy(TensorProto x, long[] dims, StridedView view)
    {
        int size = x.DataType.BitSize() / 8;
        byte[] result = new byte[view.Count * size];
        view.Copy(x.Data.AsSpan(), result, size);
        return new TensorProto { DataType = x.DataType, Dims = dims, Data = TensorData.From(result) };
    }

    private static void Fill(Span<byte> target, ReadOnlySpan<byte> element)
    {
        if (element.Length > 0 && element.ContainsAnyExcept((byte)0))
        {
            for (int at = 0; at + element.Length <= target.Length; at += element.Length)
            {
                element.CopyTo(target[at..]);
            }
        }
    }
}
