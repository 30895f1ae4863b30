namespace Onnx.Model.Analysis;

/// <summary>How a model is analysed.</summary>
public sealed record AnalysisOptions
{
    /// <summary>Shapes that graph inputs have, by name; they replace open dimensions.</summary>
    public IReadOnlyDictionary<string, long[]> InputShapes { get; init; } = new Dictionary<string, long[]>();

    /// <summary>Loops whose length is known are unrolled up to this many turns.</summary>
    public int MaxUnrolledTurns { get; init; } = 64;

    /// <summary>Loops are unrolled up to this many nodes in all.</summary>
    public int MaxUnrolledNodes { get; init; } = 4096;
}
