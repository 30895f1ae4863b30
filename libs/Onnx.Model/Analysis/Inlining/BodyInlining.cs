namespace Onnx.Model.Analysis.Inlining;

/// <summary>Puts a copy of a body's nodes into the graph around it.</summary>
internal static class BodyInlining
{
    /// <summary>Processes a copy of the body.</summary>
    /// <param name="context">The graph that receives the nodes.</param>
    /// <param name="body">The body.</param>
    /// <param name="arguments">Names of the values that stand for the body's inputs.</param>
    /// <param name="prefix">What to put before the names of the body's own values.</param>
    /// <returns>The names that the body's outputs have now.</returns>
    public static IReadOnlyList<string> Inline(AnalysisContext context, GraphProto body, IReadOnlyList<string> arguments, string prefix)
    {
        var rename = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string name in body.Nodes.SelectMany(node => node.Outputs).Where(name => name.Length > 0))
        {
            rename[name] = prefix + name;
        }

        foreach (var tensor in body.Initializers)
        {
            rename[tensor.Name] = prefix + tensor.Name;
            context.Define(prefix + tensor.Name, ValueFact.OfConstant(tensor));
        }

        for (int i = 0; i < body.Inputs.Count && i < arguments.Count; i++)
        {
            rename[body.Inputs[i].Name] = arguments[i];
        }

        foreach (var node in NodeOrder.Sort(body.Nodes, name => !rename.ContainsKey(name) || arguments.Contains(rename[name])))
        {
            context.Process(NodeCopy.Rename(node, rename, prefix));
        }

        return body.Outputs.ConvertAll(output => rename.GetValueOrDefault(output.Name, output.Name));
    }
}
