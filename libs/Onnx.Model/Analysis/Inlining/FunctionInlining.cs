namespace Onnx.Model.Analysis.Inlining;

/// <summary>Replaces a call of a model-local function by the function's body.</summary>
internal static class FunctionInlining
{
    public static void Inline(AnalysisContext context, NodeProto call, FunctionProto function)
    {
        string prefix = context.Session.Fresh(call.Name.Length > 0 ? call.Name : function.Name) + "/";
        var rename = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string name in function.Nodes.SelectMany(node => node.Outputs).Where(name => name.Length > 0))
        {
            rename[name] = prefix + name;
        }

        for (int i = 0; i < function.Inputs.Count; i++)
        {
            rename[function.Inputs[i]] = call.Input(i);
        }

        for (int i = 0; i < function.Outputs.Count && i < call.Outputs.Count; i++)
        {
            BindOutput(rename, function, i, call.Outputs[i]);
        }

        var nodes = function.Nodes.Select(node => NodeCopy.Rename(Bind(node, call, function), rename, prefix));
        context.ProcessWith(new OpsetVersions(function.OpsetImports), nodes);
        PassThrough(context, call, function);
    }

    // The caller's name replaces the inner one, unless that output is only an input handed through.
    private static void BindOutput(Dictionary<string, string> rename, FunctionProto function, int i, string outer)
    {
        string inner = function.Outputs[i];
        if (outer.Length > 0 && !function.Inputs.Contains(inner) && rename.ContainsKey(inner) && function.Outputs.IndexOf(inner) == i)
        {
            rename[inner] = outer;
        }
        else if (!rename.ContainsKey(inner))
        {
            throw new OnnxGraphException(GraphError.UndefinedValue, $"function {function.Name} gives no '{inner}'");
        }


    }

    private static void PassThrough(AnalysisContext context, NodeProto call, FunctionProto function)
    {
        for (int i = 0; i < function.Outputs.Count && i < call.Outputs.Count; i++)
        {
            int input = function.Inputs.IndexOf(function.Outputs[i]);
            int first = function.Outputs.IndexOf(function.Outputs[i]);
            string? source = input >= 0 ? call.Input(input) : first < i ? call.Outputs[first] : null;
            if (source is not null && call.Outputs[i].Length > 0)
            {
                context.Emit(new NodeProto { OpType = "Identity", Inputs = { source }, Outputs = { call.Outputs[i] } });
            }
        }
    }

    // Attributes that refer to the function's parameters take the caller's value, else the default, else they are left out.
    private static NodeProto Bind(NodeProto node, NodeProto call, FunctionProto function)
    {
        if (!HasReference(node))
        {
            return node;
        }

        var attributes = new List<AttributeProto>();
        foreach (var attribute in node.Attributes)
        {
            if (attribute.RefAttrName.Length == 0)
            {
                attributes.Add(attribute.Value is GraphProto graph ? AttributeProto.From(attribute.Name, Bind(graph, call, function)) : attribute);
                continue;
            }

            var value = call.Attribute(attribute.RefAttrName) ?? function.AttributeDefaults.Find(candidate => candidate.Name == attribute.RefAttrName);
            if (value is not null)
            {
                attributes.Add(AttributeProto.FromValue(attribute.Name, value.Type, value.Value));
            }
        }

        return new NodeProto { OpType = node.OpType, Domain = node.Domain, Overload = node.Overload, Name = node.Name, Inputs = node.Inputs, Outputs = node.Outputs, Attributes = attributes };
    }

    private static GraphProto Bind(GraphProto graph, NodeProto call, FunctionProto function) => new()
    {
        Name = graph.Name,
        Inputs = graph.Inputs,
        Outputs = graph.Outputs,
        Initializers = graph.Initializers,
        ValueInfos = graph.ValueInfos,
        Nodes = graph.Nodes.ConvertAll(node => Bind(node, call, function)),
    };

    private static bool HasReference(NodeProto node) => node.Attributes.Exists(attribute =>
        attribute.RefAttrName.Length > 0 || attribute.Subgraphs.Any(graph => graph.Nodes.Exists(HasReference)));
}
