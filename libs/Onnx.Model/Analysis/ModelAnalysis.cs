namespace Onnx.Model.Analysis;

/// <summary>The outcome of analysing a model.</summary>
/// <param name="Main">The main graph.</param>
/// <param name="Problems">Nodes that could not be analysed; empty for a sound model of known operators.</param>
public sealed record AnalyzedModel(AnalyzedGraph Main, IReadOnlyList<GraphProblem> Problems);

/// <summary>Shape, type and value inference over a whole model, with canonical forms and bounded constant folding on the way.</summary>
public static class ModelAnalysis
{
    /// <summary>Analyses a model. The model itself stays as it is.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">Input shapes and bounds.</param>
    /// <exception cref="OnnxGraphException">The model breaks the specification as a whole; faults of single nodes are listed instead.</exception>
    public static AnalyzedModel Analyze(ModelProto model, AnalysisOptions? options = null)
    {
        var shared = new AnalysisSession(model, options ?? new AnalysisOptions());
        var opsets = new OpsetVersions(model.OpsetImports);
        var context = new AnalysisContext(shared, model.Graph, null, opsets);
        return new AnalyzedModel(context.Run(null), shared.Problems);
    }
}
