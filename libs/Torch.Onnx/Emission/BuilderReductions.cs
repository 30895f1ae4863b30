namespace Torch.Onnx.Emission;

/// <summary>Reductions; opset 18 turned the axes of all but ReduceSum from an attribute into an input.</summary>
internal static class BuilderReductions
{
    private const int AxesAreInput = 18;

    /// <summary>Reduces over axes; all where <paramref name="axes"/> is null, none where it is empty.</summary>
    public static Value Reduce(this OnnxBuilder b, string op, Value x, long[]? axes, bool keepDims = false)
    {
        if (axes is { Length: 0 })
        {
            return x;
        }

        var keep = Attr.From("keepdims", keepDims ? 1 : 0);
        if (axes is null)
        {
            return b.Op(op, [x], keep);
        }

        return b.Opset >= AxesAreInput || op == "ReduceSum"
            ? b.Op(op, [x, b.Constants.Integers(axes)], keep)
            : b.Op(op, [x], keep, Attr.From("axes", axes));
    }

    public static Value Sum(this OnnxBuilder b, Value x, long[]? axes, bool keepDims = false) => b.Reduce("ReduceSum", x, axes, keepDims);

    public static Value Mean(this OnnxBuilder b, Value x, long[]? axes, bool keepDims = false) => b.Reduce("ReduceMean", x, axes, keepDims);
}
