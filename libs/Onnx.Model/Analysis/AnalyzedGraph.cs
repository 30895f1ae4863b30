namespace Onnx.Model.Analysis;

/// <summary>
/// A graph with what is known of each value. Its nodes are canonical: opset 21 forms, functions inlined, constants folded,
/// branches and short loops of known course replaced by their bodies. Nodes whose outputs are all constant are gone.
/// </summary>
public sealed class AnalyzedGraph
{
    private readonly Dictionary<string, ValueFact> _facts;
    private readonly AnalyzedGraph? _outer;
    private readonly Dictionary<(NodeProto Node, string Attribute), AnalyzedGraph> _bodies = [];

    internal AnalyzedGraph(GraphProto source, Dictionary<string, ValueFact> facts, AnalyzedGraph? outer)
    {
        Source = source;
        _facts = facts;
        _outer = outer;
    }

    /// <summary>The graph as the file holds it.</summary>
    public GraphProto Source { get; }

    /// <summary>Canonical nodes in an order in which each reads only what stands before it.</summary>
    public List<NodeProto> Nodes { get; } = [];

    /// <summary>Inputs that a caller gives: those without an initializer.</summary>
    public List<ValueInfoProto> Inputs { get; } = [];

    /// <summary>For each node of the file: itself, and whether all its outputs are constant.</summary>
    public List<(NodeProto Node, bool IsConstant)> SourceNodes { get; } = [];

    /// <summary>What is known of a value of this graph or an outer one; null when there is no such value.</summary>
    public ValueFact? Find(string name) => _facts.TryGetValue(name, out var fact) ? fact : _outer?.Find(name);

    /// <summary>Whether the value belongs to this graph itself.</summary>
    public bool Owns(string name) => _facts.ContainsKey(name);

    /// <summary>The analysed body of a control-flow node (then_branch, else_branch, body).</summary>
    public AnalyzedGraph Body(NodeProto node, string attribute) => _bodies[(node, attribute)];

    internal void AddBody(NodeProto node, string attribute, AnalyzedGraph body) => _bodies[(node, attribute)] = body;

}
