namespace Onnx.Model.Analysis;

/// <summary>The order in which nodes can be processed.</summary>
internal static class NodeOrder
{
    /// <summary>Nodes as they stand when that order is valid (as the specification demands), otherwise sorted.</summary>
    /// <param name="nodes">The nodes of one graph.</param>
    /// <param name="isDefined">Whether a value exists before the first node: inputs, initializers, values of outer graphs.</param>
    public static IReadOnlyList<NodeProto> Sort(List<NodeProto> nodes, Func<string, bool> isDefined)
    {
        var producers = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < nodes.Count; i++)
        {
            foreach (string output in nodes[i].Outputs.Where(output => output.Length > 0))
            {
                producers.TryAdd(output, i);
            }
        }

        return IsSorted(nodes, producers, isDefined) ? nodes : SortByDependency(nodes, producers, isDefined);
    }

    private static bool IsSorted(List<NodeProto> nodes, Dictionary<string, int> producers, Func<string, bool> isDefined)
    {
        for (int i = 0; i < nodes.Count; i++)
        {
            if (Dependencies(nodes[i]).Any(name => producers.TryGetValue(name, out int producer) && producer >= i && !isDefined(name)))
            {
                return false;
            }
        }

        return true;
    }

    private static List<NodeProto> SortByDependency(List<NodeProto> nodes, Dictionary<string, int> producers, Func<string, bool> isDefined)
    {
        var waiting = new int[nodes.Count];
        var readers = new List<int>?[nodes.Count];
        var ready = new PriorityQueue<int, int>();
        for (int i = 0; i < nodes.Count; i++)
        {
            foreach (string name in Dependencies(nodes[i]).Distinct().Where(name => !isDefined(name)))
            {
                if (producers.TryGetValue(name, out int producer))
                {
                    waiting[i]++;
                    (readers[producer] ??= []).Add(i);
                }
            }

            if (waiting[i] == 0)
            {
                ready.Enqueue(i, i);
            }
        }

        var sorted = new List<NodeProto>(nodes.Count);
        while (ready.TryDequeue(out int next, out _))
        {
            sorted.Add(nodes[next]);
            foreach (int reader in readers[next] ?? [])
            {
                if (--waiting[reader] == 0)
                {
                    ready.Enqueue(reader, reader);
                }
            }
        }

        return sorted.Count == nodes.Count
            ? sorted
            : throw new OnnxGraphException(GraphError.UndefinedValue, $"{nodes.Count - sorted.Count} nodes depend on each other in a circle");
    }

    private static IEnumerable<string> Dependencies(NodeProto node) =>
        node.Attributes.Exists(attribute => attribute.Value is GraphProto or GraphProto[])
            ? node.Inputs.Concat(node.Attributes.SelectMany(attribute => attribute.Subgraphs).SelectMany(FreeNames.Of))
            : node.Inputs;
}
