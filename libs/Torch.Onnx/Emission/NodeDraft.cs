using Onnx.Model;

namespace Torch.Onnx.Emission;

/// <summary>A node before names are given and dead code is dropped.</summary>
internal sealed class NodeDraft
{
    public required string OpType { get; init; }

    public required Value?[] Inputs { get; init; }

    public required Value[] Outputs { get; init; }

    public required AttributeProto[] Attributes { get; init; }

    /// <summary>The program's node that this one is a part of.</summary>
    public required NodeOrigin Origin { get; init; }

    /// <summary>Subgraphs by attribute name.</summary>
    public (string Attribute, GraphDraft Graph)[] Subgraphs { get; init; } = [];

    /// <summary>Set on what cannot be converted: it blocks the import if it is live in the end.</summary>
    public ImportBlocker? Blocker { get; init; }

    /// <summary>A sentence for the user if the node is live in the end.</summary>
    public string? Warning { get; init; }

    public bool IsLive { get; set; }
}
