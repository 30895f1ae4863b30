namespace Onnx.Model.Analysis.Rules;

/// <summary>Normalisations with more than one output.</summary>
internal static class NormalizationRules
{
    public static void BatchNormalization(InferenceNode n)
    {
        n.Out(0, n.Type(0), n.Shape(0));
        n.Out(1, n.Type(3), n.Shape(3));
        n.Out(2, n.Type(4), n.Shape(4));
    }

    public static void LayerNormalization(InferenceNode n)
    {
        var x = n.Shape(0);
        int axis = n.Axis("axis", -1, x.Length);
        SymInt[] statistics = [.. x[..axis], .. Enumerable.Repeat((SymInt)1, x.Length - axis)];
        var type = (DataType)n.Node.Int("stash_type", (long)DataType.Float);
        n.Out(0, n.Type(0), x);
        n.Out(1, type, statistics);
        n.Out(2, type, statistics);
    }

    public static void SkipLayerNormalization(InferenceNode n)
    {
        var x = n.Shape(0);
        SymInt[] statistics = [.. x[..^1], 1];
        n.Out(0, n.Type(0), x);
        n.Out(1, DataType.Float, statistics);
        n.Out(2, DataType.Float, statistics);
        n.Out(3, n.Type(0), x);
    }
}
