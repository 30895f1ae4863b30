namespace Onnx.Model;

/// <summary>Visits everything in a model, subgraphs and function bodies included.</summary>
public static class GraphWalk
{
    /// <summary>All graphs: the main one first, then those in attributes, outer before inner.</summary>
    public static IEnumerable<GraphProto> Graphs(ModelProto model) =>
        WithInner(model.Graph).Concat(model.Functions.SelectMany(function => function.Nodes.SelectMany(InnerOf)));

    /// <summary>This graph and all in it, outer before inner.</summary>
    public static IEnumerable<GraphProto> WithInner(GraphProto graph) => graph.Nodes.SelectMany(InnerOf).Prepend(graph);

    /// <summary>All tensors: initializers, attributes, and the parts of sparse ones.</summary>
    public static IEnumerable<TensorProto> Tensors(ModelProto model)
    {
        var nodes = Graphs(model).SelectMany(graph => graph.Nodes).Concat(model.Functions.SelectMany(function => function.Nodes));
        var defaults = model.Functions.SelectMany(function => function.AttributeDefaults);
        return Graphs(model).SelectMany(InitializersOf)
            .Concat(nodes.SelectMany(node => node.Attributes).Concat(defaults).SelectMany(TensorsOf));
    }

    private static IEnumerable<GraphProto> InnerOf(NodeProto node) =>
        node.Attributes.SelectMany(attribute => attribute.Subgraphs).SelectMany(WithInner);

    private static IEnumerable<TensorProto> InitializersOf(GraphProto graph) =>
        graph.Initializers.Concat(graph.SparseInitializers.SelectMany(PartsOf));

    private static IEnumerable<TensorProto> TensorsOf(AttributeProto attribute) => attribute.Value switch
    {
        TensorProto tensor => [tensor],
        TensorProto[] tensors => tensors,
        SparseTensorProto sparse => PartsOf(sparse),
        SparseTensorProto[] sparse => sparse.SelectMany(PartsOf),
        _ => [],
    };

    private static TensorProto[] PartsOf(SparseTensorProto sparse) => [sparse.Values, sparse.Indices];
}
