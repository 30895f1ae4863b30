using Torch.Onnx.Lowering;

namespace Torch.Onnx.Emission;

/// <summary>A graph that nodes are being added to, and what is known of sizes inside it.</summary>
/// <param name="parent">The graph around it; null for the main graph.</param>
internal sealed class GraphScope(GraphScope? parent)
{
    private readonly Dictionary<string, Number> _sizes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (Value Tensor, int Axis)> _sources = new(StringComparer.Ordinal);
    private readonly Dictionary<Value, Value> _shapes = [];

    public GraphScope? Parent => parent;

    public List<NodeDraft> Nodes { get; } = [];

    /// <summary>Expressions that have a value or a tensor in this graph.</summary>
    public IEnumerable<string> Expressions => _sizes.Keys.Concat(_sources.Keys);

    /// <summary>The number that an expression over symbols stands for, if it was computed in this graph or around it.</summary>
    public Number? FindSize(string expression) => _sizes.GetValueOrDefault(expression) ?? parent?.FindSize(expression);

    public void RememberSize(string expression, Number number) => _sizes.TryAdd(expression, number);

    /// <summary>A tensor that has the expression as one of its sizes.</summary>
    public (Value Tensor, int Axis)? FindSource(string expression) =>
        _sources.TryGetValue(expression, out var source) ? source : parent?.FindSource(expression);

    public void RememberSource(string expression, Value tensor, int axis) => _sources.TryAdd(expression, (tensor, axis));

    public Value? FindShape(Value tensor) => _shapes.GetValueOrDefault(tensor) ?? parent?.FindShape(tensor);

    public void RememberShape(Value tensor, Value shape) => _shapes.TryAdd(tensor, shape);
}
