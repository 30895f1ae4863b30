using Onnx.Model;

namespace Platform.Runners.Tests;

/// <summary>Two convolutions with an activation, a mean and a matrix product between and behind them.</summary>
internal static class SmallNetwork
{
    public static ModelProto Create(float secondBias = 0.1f)
    {
        var random = new Random(5);
        return new ModelProto
        {
            OpsetImports = { new OperatorSetId("", 17) },
            Graph = new GraphProto
            {
                Name = "small",
                Inputs = { ValueInfoProto.Tensor("image", DataType.Float, "batch", 3, 8, 6) },
                Outputs = { ValueInfoProto.Tensor("scores", DataType.Float, "batch", 4) },
                Initializers =
                {
                    Normal("w1", random, 5, 3, 3, 3), Normal("w2", random, 7, 5, 3, 3), Normal("w3", random, 7, 4),
                    TensorProto.Create<float>("b2", DataType.Float, [7], Enumerable.Repeat(secondBias, 7).ToArray()),
                },
                Nodes =
                {
                    Node("Conv", "first", ["image", "w1"], "a"), Node("Sigmoid", "act", ["a"], "b"), Node("Conv", "second", ["b", "w2", "b2"], "c"),
                    Node("GlobalAveragePool", "pool", ["c"], "d"), Node("Flatten", "flat", ["d"], "e"), Node("MatMul", "head", ["e", "w3"], "scores"),
                },
            },
        };
    }

    private static NodeProto Node(string type, string name, List<string> inputs, string output) => new() { OpType = type, Name = name, Inputs = inputs, Outputs = { output } };

    private static TensorProto Normal(string name, Random random, params long[] dims)
    {
        float[] values = new float[dims.Aggregate(1L, (product, dim) => product * dim)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)(random.NextDouble() - 0.5);
        }

        return TensorProto.Create<float>(name, DataType.Float, dims, values);
    }
}
