namespace Onnx.Model.Analysis.Rules;

/// <summary>Losses.</summary>
internal static class LossRules
{
    public static void NegativeLogLikelihood(InferenceNode n) => n.Out(0, n.Type(0), Loss(n));

    public static void SoftmaxCrossEntropy(InferenceNode n)
    {
        n.Out(0, n.Type(0), Loss(n));
        n.Out(1, n.Type(0), n.Shape(0));
    }

    private static SymInt[] Loss(InferenceNode n) => n.Node.Text("reduction", "mean") == "none" ? n.Shape(1) : [];
}
