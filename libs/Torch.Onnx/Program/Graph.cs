namespace Torch.Onnx.Program;

/// <summary>Nodes in order, with everything recorded about their values.</summary>
internal sealed class Graph
{
    public Argument[] Inputs { get; set; } = [];

    public Argument[] Outputs { get; set; } = [];

    public Node[] Nodes { get; set; } = [];

    public Dictionary<string, TensorMeta> Tensors { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, SymbolicValue> Symbols { get; } = new(StringComparer.Ordinal);
}
