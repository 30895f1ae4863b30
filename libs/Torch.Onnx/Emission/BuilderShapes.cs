using Onnx.Model;

namespace Torch.Onnx.Emission;

/// <summary>Operators that move elements without computing. Axes are never negative here.</summary>
internal static class BuilderShapes
{
    public static Value Transpose(this OnnxBuilder b, Value x, params ReadOnlySpan<long> order)
    {
        bool isIdentity = true;
        for (int i = 0; i < order.Length; i++)
        {
            isIdentity &= order[i] == i;
        }

        return isIdentity ? x : b.View("Transpose", [x], x.Content?.Permute(order), Attr.From("perm", order.ToArray()));
    }

    /// <summary>Swaps two of <paramref name="rank"/> dimensions.</summary>
    public static Value Swap(this OnnxBuilder b, Value x, int rank, int first, int second)
    {
        long[] order = Order(rank);
        (order[first], order[second]) = (order[second], order[first]);
        return b.Transpose(x, order);
    }

    /// <summary>The order that changes nothing.</summary>
    public static long[] Order(int rank)
    {
        long[] order = new long[rank];
        for (int i = 0; i < rank; i++)
        {
            order[i] = i;
        }

        return order;
    }

    /// <summary>Reshape to sizes that may hold 0 (as in the input, or empty where the input is) and one -1.</summary>
    public static Value Reshape(this OnnxBuilder b, Value x, params ReadOnlySpan<long> sizes)
    {
        bool isPlain = sizes.IndexOfAnyExceptInRange(1, long.MaxValue) < 0;
        var content = isPlain ? x.Content?.Reshape(sizes.ToArray()) : null;
        return b.View("Reshape", [x, b.Constants.Integers(sizes)], content);
    }

    /// <summary>Reshape to sizes among which 0 means an empty dimension.</summary>
    public static Value ReshapeWithEmpty(this OnnxBuilder b, Value x, params ReadOnlySpan<long> sizes) =>
        b.Op("Reshape", [x, b.Constants.Integers(sizes)], Attr.From("allowzero", 1));

    public static Value Unsqueeze(this OnnxBuilder b, Value x, params ReadOnlySpan<long> axes)
    {
        if (axes.Length == 0)
        {
            return x;
        }

        ConstantTensor? content = null;
        if (x.Content is { } known)
        {
            var sizes = new List<long>(known.Sizes);
            foreach (long axis in Sorted(axes))
            {
                sizes.Insert((int)axis, 1);
            }

            content = known.Reshape([.. sizes]);
        }

        return b.View("Unsqueeze", [x, b.Constants.Integers(axes)], content);
    }

    public static Value Squeeze(this OnnxBuilder b, Value x, params ReadOnlySpan<long> axes)
    {
        if (axes.Length == 0)
        {
            return x;
        }

        long[] removed = Sorted(axes);
        var content = x.Content is { } known ? known.Reshape([.. known.Sizes.Where((_, i) => !removed.Contains(i))]) : null;
        return b.View("Squeeze", [x, b.Constants.Integers(axes)], content);
    }

    /// <summary>Elements start, start + step ... before end along one axis.</summary>
    public static Value Slice(this OnnxBuilder b, Value x, int axis, long start, long end, long step = 1)
    {
        bool isKnown = x.Content is not null && start >= 0 && step == 1 && start <= end && end <= x.Content.Sizes[axis];
        return b.View(
            "Slice",
            [x, b.Constants.Integers(start), b.Constants.Integers(end), b.Constants.Integers(axis), .. step == 1 ? default(ReadOnlySpan<Value?>) : [b.Constants.Integers(step)]],
            isKnown ? x.Content!.Narrow(axis, start, end - start) : null);
    }

    /// <summary>Slice with bounds that are 1-D tensors.</summary>
    public static Value Slice(this OnnxBuilder b, Value x, int axis, Value start, Value end, long step = 1) =>
        b.Op("Slice", x, start, end, b.Constants.Integers(axis), b.Constants.Integers(step));

    /// <summary>The slice at one position, its dimension removed.</summary>
    public static Value Select(this OnnxBuilder b, Value x, int axis, long index) => index >= 0 && x.Content is not null
        ? b.Squeeze(b.Slice(x, axis, index, index + 1), axis)
        : b.Gather(x, b.Constants.Integer(DataType.Int64, index), axis);

    public static Value Gather(this OnnxBuilder b, Value x, Value indices, int axis) => b.Op("Gather", [x, indices], Attr.From("axis", axis));

    public static Value Concat(this OnnxBuilder b, int axis, params ReadOnlySpan<Value?> parts) =>
        parts.Length == 1 ? parts[0]! : b.Op("Concat", parts, Attr.From("axis", axis));

    /// <summary>Parts of the given sizes along one axis.</summary>
    public static Value[] Split(this OnnxBuilder b, Value x, int axis, params ReadOnlySpan<long> sizes)
    {
        var types = new DataType[sizes.Length];
        Array.Fill(types, x.Type);
        if (sizes.Length == 1)
        {
            return [x];
        }

        if (x.Content is null)
        {
            return b.Ops("Split", [x, b.Constants.Integers(sizes)], types, Attr.From("axis", axis));
        }

        // Parts of a weight are weights of their own.
        var parts = new Value[sizes.Length];
        long start = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = b.Slice(x, axis, start, start + sizes[i]);
            start += sizes[i];
        }

        return parts;
    }

    public static Value Expand(this OnnxBuilder b, Value x, Value shape) => b.Op("Expand", x, shape);

    /// <summary>The shape as a 1-D tensor; one node for each value.</summary>
    public static Value Shape(this OnnxBuilder b, Value x)
    {
        if (b.Scope.FindShape(x) is { } known)
        {
            return known;
        }

        var shape = b.Op("Shape", x);
        b.Scope.RememberShape(x, shape);
        return shape;
    }

    public static Value Flatten1D(this OnnxBuilder b, Value x) => b.Reshape(x, -1);

    /// <summary>Reverses the order along axes.</summary>
    public static Value Flip(this OnnxBuilder b, Value x, params ReadOnlySpan<long> axes)
    {
        if (axes.Length == 0)
        {
            return x;
        }

        long[] starts = new long[axes.Length];
        long[] ends = new long[axes.Length];
        Array.Fill(starts, -1);
        Array.Fill(ends, long.MinValue);
        var minusOnes = b.Constants.Integers(starts);
        return b.Op("Slice", x, minusOnes, b.Constants.Integers(ends), b.Constants.Integers(axes), minusOnes);
    }

    private static long[] Sorted(ReadOnlySpan<long> axes)
    {
        long[] sorted = axes.ToArray();
        Array.Sort(sorted);
        return sorted;
    }
}
