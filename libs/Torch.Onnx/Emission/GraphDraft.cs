namespace Torch.Onnx.Emission;

/// <summary>A finished subgraph.</summary>
/// <param name="Name">Name.</param>
/// <param name="Nodes">Nodes in order.</param>
/// <param name="Inputs">Inputs; empty for the branches of If.</param>
/// <param name="Outputs">Outputs.</param>
internal sealed record GraphDraft(string Name, IReadOnlyList<NodeDraft> Nodes, Value[] Inputs, Value[] Outputs);
