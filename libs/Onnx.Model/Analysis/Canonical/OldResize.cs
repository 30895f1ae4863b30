namespace Onnx.Model.Analysis.Canonical;

/// <summary>Upsample and the first Resize: positions scale without an offset, nearest rounds down.</summary>
internal static class OldResize
{
    public static IEnumerable<NodeProto> Resize10(Rewrite r) => [Resize(r, r.Node.Input(1))];

    public static IEnumerable<NodeProto> Upsample(Rewrite r)
    {
        if (r.Opset >= 9)
        {
            return [Resize(r, r.Node.Input(1))];
        }

        float[] scales = r.Node.Attribute("scales")?.Floats
            ?? [1, 1, r.Node.Float("height_scale", 1), r.Node.Float("width_scale", 1)];
        return [Resize(r, r.Floats("scales", scales))];
    }

    private static NodeProto Resize(Rewrite r, string scales)
    {
        string mode = r.Node.Text("mode", "nearest") is "nearest" ? "nearest" : "linear";
        return r.New(
            "Resize",
            [r.Node.Input(0), "", scales],
            [r.Node.Output(0)],
            AttributeProto.From("mode", mode),
            AttributeProto.From("coordinate_transformation_mode", "asymmetric"),
            AttributeProto.From("nearest_mode", "floor"));
    }
}
