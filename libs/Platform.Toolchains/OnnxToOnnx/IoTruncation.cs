using Onnx.Model;

namespace Platform.Toolchains.OnnxToOnnx;

/// <summary>Makes int64 inputs and outputs int32 (<c>--truncate_64bit_io</c>); inside the graph nothing changes.</summary>
internal static class IoTruncation
{
    /// <summary>Changes the graph; values beyond 32 bits are the caller's business, who asked for it.</summary>
    public static void Apply(GraphProto graph)
    {
        var initializers = graph.Initializers.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var input in graph.Inputs.Where(input => IsLong(input) && !initializers.Contains(input.Name)).ToList())
        {
            string wide = input.Name + "/int64";
            foreach (var node in graph.Nodes)
            {
                node.Inputs = [.. node.Inputs.Select(name => name == input.Name ? wide : name)];
            }

            Narrow(input);
            graph.Nodes.Insert(0, Cast(input.Name, wide, DataType.Int64));
        }

        foreach (var output in graph.Outputs.Where(IsLong).ToList())
        {
            string wide = output.Name + "/int64";
            foreach (var node in graph.Nodes)
            {
                node.Inputs = [.. node.Inputs.Select(name => name == output.Name ? wide : name)];
                node.Outputs = [.. node.Outputs.Select(name => name == output.Name ? wide : name)];
            }

            Narrow(output);
            graph.Nodes.Add(Cast(wide, output.Name, DataType.Int32));
        }
    }

    private static bool IsLong(ValueInfoProto value) => value.Type is TypeProto.Tensor { ElementType: DataType.Int64 };

    private static void Narrow(ValueInfoProto value) => value.Type = ((TypeProto.Tensor)value.Type) with { ElementType = DataType.Int32 };

    private static NodeProto Cast(string from, string to, DataType type) =>
        new() { OpType = "Cast", Name = "truncate/" + to, Inputs = { from }, Outputs = { to }, Attributes = { AttributeProto.From("to", (long)type) } };
}
