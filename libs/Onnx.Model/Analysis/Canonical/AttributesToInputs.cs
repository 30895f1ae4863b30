namespace Onnx.Model.Analysis.Canonical;

/// <summary>Operators whose parameters were attributes before they became inputs.</summary>
internal static class AttributesToInputs
{
    public static IEnumerable<NodeProto> Clip(Rewrite r)
    {
        var type = r.Fact(0).Type;
        string low = r.Node.Attribute("min") is { } min ? r.Number("min", min.Float, type) : "";
        string high = r.Node.Attribute("max") is { } max ? r.Number("max", max.Float, type) : "";
        return [r.With([r.Node.Input(0), low, high], "min", "max", "consumed_inputs")];
    }

    public static IEnumerable<NodeProto> Concat(Rewrite r) =>
        [r.Node.Attribute("axis") is null ? r.New("Concat", [.. r.Node.Inputs], [.. r.Node.Outputs], AttributeProto.From("axis", 1L)) : r.Node];

    public static IEnumerable<NodeProto> Pad(Rewrite r)
    {
        long[] pads = r.Node.Ints("pads") ?? r.Node.Ints("paddings") ?? throw new OnnxGraphException(GraphError.InvalidNode, "attribute pads is missing");
        string value = r.Number("value", r.Node.Float("value", 0), r.Fact(0).Type);
        return [r.With([r.Node.Input(0), r.Int64s("pads", pads), value], "pads", "paddings", "value")];
    }

    public static IEnumerable<NodeProto> Reshape(Rewrite r) =>
        [r.With([r.Node.Input(0), r.Int64s("shape", r.Node.Ints("shape") ?? [])], "shape", "consumed_inputs")];

    public static IEnumerable<NodeProto> Slice(Rewrite r)
    {
        long[] starts = r.Node.Ints("starts") ?? [];
        long[] axes = r.Node.Ints("axes") ?? [.. Enumerable.Range(0, starts.Length).Select(axis => (long)axis)];
        string[] inputs = [r.Node.Input(0), r.Int64s("starts", starts), r.Int64s("ends", r.Node.Ints("ends") ?? []), r.Int64s("axes", axes)];
        return [r.With(inputs, "starts", "ends", "axes")];
    }

    public static IEnumerable<NodeProto> Axes(Rewrite r) =>
        [r.Node.Ints("axes") is { } axes ? r.With([r.Node.Input(0), r.Int64s("axes", axes)], "axes") : r.Node];

    public static IEnumerable<NodeProto> Reduce(Rewrite r) => Axes(r);

    public static IEnumerable<NodeProto> Split(Rewrite r) =>
        [r.Node.Ints("split") is { } split ? r.With([r.Node.Input(0), r.Int64s("split", split)], "split") : r.Node];

    public static IEnumerable<NodeProto> TopK(Rewrite r) =>
        [r.With([r.Node.Input(0), r.Int64s("k", [r.Node.Int("k", 0)])], "k")];

    public static IEnumerable<NodeProto> Dft(Rewrite r) =>
        [r.With([r.Node.Input(0), r.Node.Input(1), r.Int64s("axis", [r.Node.Int("axis", 1)], scalar: true)], "axis")];
}
