namespace Onnx.Model.Analysis.Canonical;

/// <summary>Operators that were renamed, or whose attributes took other values.</summary>
internal static class OldTypes
{
    // Before opset 6 the target type was a name.
    public static IEnumerable<NodeProto> Cast(Rewrite r)
    {
        if (r.Node.Attribute("to") is not { Type: AttributeType.String } to)
        {
            return [r.Node];
        }

        return Enum.TryParse<DataType>(to.Text, ignoreCase: true, out var type)
            ? [r.New("Cast", [r.Node.Input(0)], [r.Node.Output(0)], AttributeProto.From("to", (long)type))]
            : throw r.Obsolete($"there is no type '{to.Text}'");
    }

    public static IEnumerable<NodeProto> CastLike(Rewrite r)
    {
        var type = r.Fact(1).Type;
        return type != DataType.Undefined
            ? [r.New("Cast", [r.Node.Input(0)], [r.Node.Output(0)], AttributeProto.From("to", (long)type), AttributeProto.From("saturate", r.Node.Int("saturate", 1)))]
            : throw new OnnxGraphException(GraphError.ShapeMismatch, "the type of the second input is not known");
    }

    public static IEnumerable<NodeProto> GridSample(Rewrite r)
    {
        string mode = r.Node.Text("mode", "bilinear") switch { "bilinear" => "linear", "bicubic" => "cubic", var other => other };
        var node = r.With(r.Node.Inputs, "mode");
        node.Attributes.Add(AttributeProto.From("mode", mode));
        return [node];
    }

    // Opset 16 introduced the half-pixel shift and made it the default.
    public static IEnumerable<NodeProto> RoiAlign(Rewrite r)
    {
        var node = r.With(r.Node.Inputs, "coordinate_transformation_mode");
        node.Attributes.Add(AttributeProto.From("coordinate_transformation_mode", "output_half_pixel"));
        return [node];
    }

    public static IEnumerable<NodeProto> Scatter(Rewrite r) => [r.With("ScatterElements", r.Node.Inputs)];

    public static IEnumerable<NodeProto> Tile1(Rewrite r) => throw r.Obsolete("Tile of opset 1 repeats along one axis that is an input");

    // Opset 8 scans sequences of a batch; where there is one sequence and no lengths, the batch axis can be taken away.
    public static IEnumerable<NodeProto> Scan8(Rewrite r) => BatchedScan.Apply(r);
}
