using Onnx.Model;
using Onnx.Model.Analysis;
using Platform.Toolchains.OnnxToOnnx;
using Platform.Toolchains.Qnn;

namespace Platform.Toolchains.Tests;

public sealed class ModelPrecisionTests
{
    [Theory]
    [InlineData(DataType.UInt8, DataType.Int8, "a8w8")]
    [InlineData(DataType.UInt16, DataType.Int8, "a16w8")]
    [InlineData(DataType.UInt16, DataType.Int16, "a16w16")]
    public void Of_QuantizedModel_SaysItsTypes(DataType activations, DataType weights, string expected)
    {
        var model = new ModelProto
        {
            Graph = new GraphProto
            {
                Initializers = { TensorWriting.FromInt64s(activations, [], [0], "zero"), TensorWriting.FromInt64s(weights, [2], [1, 2], "w") },
                Nodes =
                {
                    new NodeProto { OpType = "QuantizeLinear", Inputs = { "x", "s", "zero" }, Outputs = { "q" } },
                    new NodeProto { OpType = "DequantizeLinear", Inputs = { "w", "s" }, Outputs = { "wr" } },
                },
            },
        };
        Assert.Equal(expected, ModelPrecision.Of(model));
    }

    [Fact]
    public void Of_FloatModel_IsFloat() => Assert.Equal("float", ModelPrecision.Of(new ModelProto { Graph = new GraphProto { Nodes = { new NodeProto { OpType = "Relu" } } } }));

    [Fact]
    public void Truncation_LongInputsAndOutputs_BecomeInt32()
    {
        var graph = new GraphProto
        {
            Inputs = { ValueInfoProto.Tensor("i", DataType.Int64, 3) },
            Outputs = { ValueInfoProto.Tensor("o", DataType.Int64, 3) },
            Nodes = { new NodeProto { OpType = "Add", Inputs = { "i", "i" }, Outputs = { "o" } } },
        };
        IoTruncation.Apply(graph);
        Assert.All(graph.Inputs.Concat(graph.Outputs), value => Assert.Equal(DataType.Int32, ((TypeProto.Tensor)value.Type).ElementType));
        Assert.Equal(["Cast", "Add", "Cast"], graph.Nodes.Select(node => node.OpType));
        Assert.Equal(("o", "i/int64"), (graph.Nodes[^1].Outputs[0], graph.Nodes[1].Inputs[0]));
    }
}
