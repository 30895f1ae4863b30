namespace Onnx.Model.Analysis.Rules;

/// <summary>Operators that sample between elements.</summary>
internal static class SamplingRules
{
    public static void Resize(InferenceNode n)
    {
        var shape = n.Shape(0).ToArray();
        int[] axes = n.Node.Ints("axes") is { } given ? n.Axes(given, shape.Length) : [.. Enumerable.Range(0, shape.Length)];
        for (int i = 0; i < axes.Length; i++)
        {
            shape[axes[i]] = Size(n, shape[axes[i]], i) ?? SymInt.DataDependent($"{n.Node.Output(0)}.{axes[i]}");
        }

        if (n.Node.Text("keep_aspect_ratio_policy", "stretch") is var policy && policy != "stretch" && n.Has(3))
        {
            AspectRatio.Apply(n, n.Shape(0), shape, axes, policy);
        }

        n.Out(0, n.Type(0), shape);
    }

    public static void GridSample(InferenceNode n)
    {
        SymInt[] x = n.Shape(0), grid = n.Shape(1);
        n.Out(0, n.Type(0), [x[0], x[1], .. grid[1..^1]]);
    }

    public static void AffineGrid(InferenceNode n)
    {
        if (n.Elements(1) is { Length: > 3 } size)
        {
            n.Out(0, n.Type(0), [size[0], .. size[2..], size.Length - 2]);
        }
    }

    public static void RoiAlign(InferenceNode n)
    {
        SymInt[] x = n.Shape(0), rois = n.Shape(1);
        n.Out(0, n.Type(0), [rois[0], x[1], n.Node.Int("output_height", 1), n.Node.Int("output_width", 1)]);
    }

    public static void MaxRoiPool(InferenceNode n)
    {
        long[] pooled = n.Node.Ints("pooled_shape") ?? throw n.Invalid("attribute pooled_shape is missing");
        n.Out(0, n.Type(0), [n.Shape(1)[0], n.Shape(0)[1], .. pooled.Select(SymInt.FromInt64)]);
    }

    private static SymInt? Size(InferenceNode n, SymInt input, int i)
    {
        if (n.Has(3) && n.Shape(3) is not [{ IsKnown: true, Value: 0 }])
        {
            return n.Elements(3) is { } sizes && i < sizes.Length ? sizes[i] : null;
        }

        if (n.Numbers(2) is not { } scales || i >= scales.Length)
        {
            return null;
        }

        // Scales are float32 numbers; the product is taken in that precision by the reference.
        float scale = (float)scales[i];
        return scale == 1 ? input
            : input.IsKnown ? (long)Math.Floor(input.Value * scale)
            : scale > 1 && scale == MathF.Floor(scale) ? input * (long)scale
            : scale > 0 && 1 / scale == MathF.Floor(1 / scale) ? SymInt.FloorDivide(input, (long)(1 / scale)) : null;
    }
}
