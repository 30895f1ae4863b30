namespace Onnx.Model.Analysis.Inlining;

/// <summary>Copies nodes under other value names.</summary>
internal static class NodeCopy
{
    /// <summary>A copy whose values are renamed; inner graphs are copied too where they read a renamed value.</summary>
    /// <param name="node">The node.</param>
    /// <param name="rename">New name of each value that changes its name.</param>
    /// <param name="prefix">What to put before the node's name.</param>
    public static NodeProto Rename(NodeProto node, IReadOnlyDictionary<string, string> rename, string prefix) => new()
    {
        OpType = node.OpType,
        Domain = node.Domain,
        Overload = node.Overload,
        Name = prefix + node.Name,
        Inputs = node.Inputs.ConvertAll(name => rename.GetValueOrDefault(name, name)),
        Outputs = node.Outputs.ConvertAll(name => rename.GetValueOrDefault(name, name)),
        Attributes = node.Attributes.ConvertAll(attribute => Rename(attribute, rename)),
    };

    private static AttributeProto Rename(AttributeProto attribute, IReadOnlyDictionary<string, string> rename) => attribute.Value switch
    {
        GraphProto graph => AttributeProto.From(attribute.Name, Rename(graph, rename)),
        GraphProto[] graphs => AttributeProto.FromValue(attribute.Name, attribute.Type, Array.ConvertAll(graphs, graph => Rename(graph, rename))),
        _ => attribute,
    };

    private static GraphProto Rename(GraphProto graph, IReadOnlyDictionary<string, string> rename)
    {
        var own = graph.Inputs.Select(input => input.Name).Concat(graph.Initializers.Select(tensor => tensor.Name)).Concat(graph.Nodes.SelectMany(node => node.Outputs)).ToHashSet(StringComparer.Ordinal);
        var visible = rename.Where(entry => !own.Contains(entry.Key)).ToDictionary(StringComparer.Ordinal);
        return new GraphProto
        {
            Name = graph.Name,
            Inputs = graph.Inputs,
            Outputs = graph.Outputs.ConvertAll(output => new ValueInfoProto { Name = visible.GetValueOrDefault(output.Name, output.Name), Type = output.Type }),
            Initializers = graph.Initializers,
            SparseInitializers = graph.SparseInitializers,
            ValueInfos = graph.ValueInfos,
            Nodes = graph.Nodes.ConvertAll(node => Rename(node, visible, "")),
        };
    }
}
