using Onnx.Model;

namespace TfliteConversion;

/// <summary>Models of a given size.</summary>
internal static class SyntheticModels
{
    /// <summary>Blocks of four nodes: a convolution of one channel, an activation, a sum with the block's input, a product.</summary>
    public static ModelProto Chain(int nodes)
    {
        var graph = new GraphProto { Name = "chain", Inputs = { ValueInfoProto.Tensor("v0", DataType.Float, 1, 4, 8, 8) } };
        graph.Initializers.Add(TensorProto.Create<float>("w", DataType.Float, [4, 4, 1, 1], new float[16]));
        graph.Initializers.Add(TensorProto.Create<float>("k", DataType.Float, [4, 1, 1], [1, 2, 3, 4]));
        for (int i = 0; i < nodes; i += 4)
        {
            Add(graph, "Conv", $"v{i}", "w", i + 1);
            Add(graph, "Sigmoid", $"v{i + 1}", null, i + 2);
            Add(graph, "Add", $"v{i + 2}", $"v{i}", i + 3);
            Add(graph, "Mul", $"v{i + 3}", "k", i + 4);
        }

        graph.Outputs.Add(ValueInfoProto.Tensor(graph.Nodes[^1].Outputs[0], DataType.Float, 1, 4, 8, 8));
        return new ModelProto { Graph = graph, OpsetImports = { new OperatorSetId("", 17) } };
    }

    /// <summary>Matrix products one after the other, with weights of 64 MiB each.</summary>
    public static ModelProto Weights(int count)
    {
        const int Size = 4096;
        var graph = new GraphProto { Name = "weights", Inputs = { ValueInfoProto.Tensor("v0", DataType.Float, 1, Size) }, Outputs = { ValueInfoProto.Tensor($"v{count}", DataType.Float, 1, Size) } };
        for (int i = 0; i < count; i++)
        {
            float[] values = new float[Size * Size];
            values.AsSpan().Fill(i + 1);
            graph.Initializers.Add(TensorProto.Create<float>($"w{i}", DataType.Float, [Size, Size], values));
            Add(graph, "MatMul", $"v{i}", $"w{i}", i + 1);
        }

        return new ModelProto { Graph = graph, OpsetImports = { new OperatorSetId("", 17) } };
    }

    private static void Add(GraphProto graph, string type, string input, string? other, int output) =>
        graph.Nodes.Add(new NodeProto { OpType = type, Name = $"n{output}", Inputs = other is null ? [input] : [input, other], Outputs = { $"v{output}" } });
}
