namespace Onnx.Model.Analysis;

/// <summary>The values that a body reads from the graphs around it.</summary>
public static class FreeNames
{
    /// <summary>Names that the graph or its inner graphs read without giving them, each once, in order of first use.</summary>
    public static IReadOnlyList<string> Of(GraphProto graph)
    {
        var free = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var defined = new HashSet<string>(StringComparer.Ordinal);
        defined.UnionWith(graph.Inputs.Select(input => input.Name));
        defined.UnionWith(graph.Initializers.Select(tensor => tensor.Name));
        defined.UnionWith(graph.SparseInitializers.Select(tensor => tensor.Values.Name));
        defined.UnionWith(graph.Nodes.SelectMany(node => node.Outputs));
        var used = graph.Nodes.SelectMany(node => node.Inputs.Concat(node.Attributes.SelectMany(attribute => attribute.Subgraphs).SelectMany(Of)))
            .Concat(graph.Outputs.Select(output => output.Name));
        foreach (string name in used)
        {
            if (name.Length > 0 && !defined.Contains(name) && seen.Add(name))
            {
                free.Add(name);
            }
        }

        return free;
    }
}
