namespace Onnx.Model.Analysis.Rules;

/// <summary>Random numbers.</summary>
internal static class RandomRules
{
    public static void OfShape(InferenceNode n) =>
        n.Out(0, (DataType)n.Node.Int("dtype", 1), Array.ConvertAll(n.Node.Ints("shape") ?? throw n.Invalid("attribute shape is missing"), SymInt.FromInt64));

    public static void Like(InferenceNode n) => n.Out(0, n.Node.Attribute("dtype") is { } type ? (DataType)type.Int : n.Type(0), n.Shape(0));
}
