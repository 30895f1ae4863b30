namespace Onnx.Model.Analysis;

/// <summary>Output size and cropping of a ConvTranspose.</summary>
public sealed record TransposedGeometry
{
    private TransposedGeometry(WindowGeometry window, SymInt[] output, SymInt[] padsBegin)
    {
        Window = window;
        Output = output;
        PadsBegin = padsBegin;
    }

    /// <summary>Strides, dilations and kernel.</summary>
    public WindowGeometry Window { get; }

    /// <summary>Spatial output size.</summary>
    public SymInt[] Output { get; }

    /// <summary>How much is cut off before the first element of the full result, (in-1)*stride + extent long.</summary>
    public SymInt[] PadsBegin { get; }

    /// <summary>Reads a node.</summary>
    public static TransposedGeometry Of(NodeProto node, SymInt[] input, SymInt[] kernel)
    {
        int rank = kernel.Length;
        string auto = node.Text("auto_pad", "NOTSET");
        var plain = new NodeProto { Attributes = node.Attributes.FindAll(attribute => attribute.Name is "strides" or "dilations" or "pads") };
        var window = WindowGeometry.Of(plain, kernel, input);
        long[] extra = node.Ints("output_padding") ?? new long[rank];
        long[]? wanted = node.Ints("output_shape");
        if (extra.Length != rank || (wanted is not null && wanted.Length != rank))
        {
            throw new OnnxGraphException(GraphError.InvalidNode, $"output_padding or output_shape does not fit {rank} spatial axes");
        }

        var output = new SymInt[rank];
        var begin = new SymInt[rank];
        for (int axis = 0; axis < rank; axis++)
        {
            var full = ((input[axis] - 1) * window.Strides[axis]) + extra[axis] + window.Extent(axis);
            bool same = auto is "SAME_UPPER" or "SAME_LOWER";
            if (wanted is null && !same)
            {
                output[axis] = full - window.PadsBegin[axis] - window.PadsEnd[axis];
                begin[axis] = window.PadsBegin[axis];
                continue;
            }

            output[axis] = wanted is null ? input[axis] * window.Strides[axis] : wanted[axis];
            var total = SymInt.Max(full - output[axis], 0);
            begin[axis] = auto == "SAME_UPPER" ? SymInt.FloorDivide(total, 2) : total - SymInt.FloorDivide(total, 2);
        }

        return new TransposedGeometry(window, output, begin);
    }
}
