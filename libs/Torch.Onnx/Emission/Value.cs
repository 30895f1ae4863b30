using Onnx.Model;

namespace Torch.Onnx.Emission;

/// <summary>A value of the ONNX graph under construction: a graph input, a constant or the result of a node.</summary>
/// <param name="type">Element type.</param>
internal sealed class Value(DataType type)
{
    public DataType Type => type;

    /// <summary>The name it should get; the final one is unique.</summary>
    public string? Name { get; set; }

    /// <summary>The name it got in the model; null until then.</summary>
    public string? FinalName { get; set; }

    /// <summary>The node that computes it; null for inputs and constants.</summary>
    public NodeDraft? Producer { get; set; }

    /// <summary>
    /// Its elements, where they are known without running anything: constants, and what is only another view of a weight
    /// (then there is a <see cref="Producer"/> too, and the end of the import decides which of the two is kept).
    /// </summary>
    public ConstantTensor? Content { get; init; }

    /// <summary>The weight that <see cref="Content"/> is a view of; itself for a weight.</summary>
    public Value? Weight { get; init; }

    /// <summary>Its shape where a subgraph declares it; runtimes ask for that of a loop's state.</summary>
    public Dimension[]? Shape { get; init; }

    public bool IsLive { get; set; }
}
