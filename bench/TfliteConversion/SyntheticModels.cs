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

    /// <summary>Matrix products whose weights, 128 MiB each, are holes in one file beside the model.</summary>
    public static void WriteExternal(string path, int count)
    {
        const int Rows = 4096, Columns = 8192;
        const long Size = (long)Rows * Columns * sizeof(float);
        string data = path + ".data", hole = path + ".hole";
        Dig(data, count * Size);
        Dig(hole, Size);
        using var mapped = MappedFile.Open(hole);
        var graph = new GraphProto { Name = "large", Inputs = { ValueInfoProto.Tensor("v0", DataType.Float, 1, Rows) }, Outputs = { ValueInfoProto.Tensor($"v{count}", DataType.Float, 1, Rows) } };
        for (int i = 0; i < count; i++)
        {
            bool widens = i % 2 == 0;
            graph.Initializers.Add(new TensorProto { Name = $"w{i}", DataType = DataType.Float, Dims = widens ? [Rows, Columns] : [Columns, Rows], Data = mapped.AsData(), External = new ExternalDataInfo(Path.GetFileName(data), i * Size, Size) });
            Add(graph, "MatMul", $"v{i}", $"w{i}", i + 1);
        }

        using var stream = File.Create(path);
        ModelWriter.Write(new ModelProto { Graph = graph, OpsetImports = { new OperatorSetId("", 17) } }, stream);
    }

    private static void Dig(string path, long bytes)
    {
        using var file = File.Create(path);
        file.SetLength(bytes);
    }

    private static void Add(GraphProto graph, string type, string input, string? other, int output) =>
        graph.Nodes.Add(new NodeProto { OpType = type, Name = $"n{output}", Inputs = other is null ? [input] : [input, other], Outputs = { $"v{output}" } });
}
