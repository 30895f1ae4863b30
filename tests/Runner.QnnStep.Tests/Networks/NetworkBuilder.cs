using Onnx.Model;
using Onnx.Model.Analysis;

namespace Runner.QnnStep.Tests;

/// <summary>Builds an ONNX graph node by node.</summary>
internal sealed class NetworkBuilder(int seed)
{
    private readonly Random _random = new(seed);

    public GraphProto Graph { get; } = new();

    public void Input(string name, params long[] dims) => Graph.Inputs.Add(ValueInfoProto.Tensor(name, DataType.Float, [.. dims.Select(Dimension.FromInt64)]));

    public void Add(string type, string name, string output, List<string> inputs, params AttributeProto[] attributes) =>
        Graph.Nodes.Add(new NodeProto { OpType = type, Name = name, Inputs = inputs, Outputs = { output }, Attributes = [.. attributes] });

    /// <summary>Weights as PyTorch initialises layers: uniform within one over the root of the inputs of an output.</summary>
    public string Weights(string name, int inputs, params long[] dims)
    {
        float[] values = new float[dims.Aggregate(1L, (product, dim) => product * dim)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = ((2 * (float)_random.NextDouble()) - 1) / MathF.Sqrt(inputs);
        }

        Graph.Initializers.Add(TensorProto.Create<float>(name, DataType.Float, dims, values));
        return name;
    }

    public string Constant(string name, long[] dims, float value)
    {
        Graph.Initializers.Add(TensorProto.Create<float>(name, DataType.Float, dims, Enumerable.Repeat(value, (int)dims.Aggregate(1L, (product, dim) => product * dim)).ToArray()));
        return name;
    }

    public string Shape(string name, params long[] dims)
    {
        Graph.Initializers.Add(TensorWriting.Int64s(name, dims));
        return name;
    }

    public ModelProto Finish(string name, params (string Name, long[] Dims)[] outputs)
    {
        Graph.Name = name;
        Graph.Outputs = [.. outputs.Select(output => ValueInfoProto.Tensor(output.Name, DataType.Float, [.. output.Dims.Select(Dimension.FromInt64)]))];
        return new ModelProto { IrVersion = 8, OpsetImports = { new OperatorSetId("", 17), new OperatorSetId("com.microsoft", 1) }, Graph = Graph };
    }
}
