namespace Onnx.Model.Analysis;

/// <summary>Where the windows of a convolution or pooling lie: the attributes that Conv, ConvTranspose and all pools have in common.</summary>
public sealed record WindowGeometry
{
    private WindowGeometry(SymInt[] kernel, long[] strides, long[] dilations, SymInt[] padsBegin, SymInt[] padsEnd)
    {
        Kernel = kernel;
        Strides = strides;
        Dilations = dilations;
        PadsBegin = padsBegin;
        PadsEnd = padsEnd;
    }

    /// <summary>Window size by spatial axis.</summary>
    public SymInt[] Kernel { get; }

    /// <summary>Step between windows.</summary>
    public long[] Strides { get; }

    /// <summary>Distance between the elements of a window.</summary>
    public long[] Dilations { get; }

    /// <summary>Padding before the first element.</summary>
    public SymInt[] PadsBegin { get; private init; }

    /// <summary>Padding after the last element.</summary>
    public SymInt[] PadsEnd { get; private init; }

    /// <summary>Number of spatial axes.</summary>
    public int Rank => Kernel.Length;

    /// <summary>Reads a node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="kernel">Window size, from the weights or from kernel_shape.</param>
    /// <param name="input">Spatial dimensions of the input; they decide the padding of auto_pad.</param>
    /// <exception cref="OnnxGraphException">A number is missing, zero or negative.</exception>
    public static WindowGeometry Of(NodeProto node, SymInt[] kernel, SymInt[] input)
    {
        int rank = kernel.Length;
        long[] strides = Checked(node, "strides", rank), dilations = Checked(node, "dilations", rank);
        long[] pads = node.Ints("pads") ?? new long[2 * rank];
        if (pads.Length != 2 * rank || input.Length != rank)
        {
            throw new OnnxGraphException(GraphError.InvalidNode, $"{pads.Length} pads for {rank} spatial axes");
        }

        var geometry = new WindowGeometry(kernel, strides, dilations, [.. pads.Take(rank).Select(SymInt.FromInt64)], [.. pads.Skip(rank).Select(SymInt.FromInt64)]);
        return node.Text("auto_pad", "NOTSET") switch
        {
            "SAME_UPPER" => geometry.Same(input, extraAtEnd: true),
            "SAME_LOWER" => geometry.Same(input, extraAtEnd: false),
            "VALID" => geometry with { PadsBegin = new SymInt[rank], PadsEnd = new SymInt[rank] },
            "NOTSET" or "" => geometry,
            var other => throw new OnnxGraphException(GraphError.InvalidNode, $"auto_pad '{other}' does not exist"),
        };
    }

    /// <summary>The window with its holes.</summary>
    public SymInt Extent(int axis) => ((Kernel[axis] - 1) * Dilations[axis]) + 1;

    /// <summary>Number of windows along an axis.</summary>
    public SymInt Output(int axis, SymInt input, bool ceil)
    {
        var span = input + PadsBegin[axis] + PadsEnd[axis] - Extent(axis);
        if (!ceil)
        {
            return SymInt.FloorDivide(span, Strides[axis]) + 1;
        }

        var count = SymInt.CeilingDivide(span, Strides[axis]) + 1;
        // A window that would begin beyond the input and its leading padding is left out, as PyTorch and ONNX Runtime do.
        return count.IsKnown && input.IsKnown && (count.Value - 1) * Strides[axis] >= input.Value + PadsBegin[axis].Value ? count - 1 : count;
    }

    private static long[] Checked(NodeProto node, string name, int rank)
    {
        long[] values = node.Ints(name) ?? [.. Enumerable.Repeat(1L, rank)];
        return values.Length == rank && Array.TrueForAll(values, value => value is > 0 and < int.MaxValue)
            ? values
            : throw new OnnxGraphException(GraphError.InvalidNode, $"{name} [{string.Join(", ", values)}] for {rank} spatial axes");
    }

    private WindowGeometry Same(SymInt[] input, bool extraAtEnd)
    {
        var begin = new SymInt[Rank];
        var end = new SymInt[Rank];
        for (int axis = 0; axis < Rank; axis++)
        {
            var windows = SymInt.CeilingDivide(input[axis], Strides[axis]);
            var total = SymInt.Max(((windows - 1) * Strides[axis]) + Extent(axis) - input[axis], 0);
            var less = SymInt.FloorDivide(total, 2);
            (begin[axis], end[axis]) = extraAtEnd ? (less, total - less) : (total - less, less);
        }

        return this with { PadsBegin = begin, PadsEnd = end };
    }
}
