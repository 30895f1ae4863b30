using Onnx.Model;
using Onnx.Model.Analysis;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;
using TestKit;
using TestKit.Oracles;
using Runtime = Platform.Contracts.Runner.V1.Runtime;

namespace Onnx.Tflite.Tests;

/// <summary>Passes that keep a graph in one partition of XNNPACK.</summary>
public sealed class PartitionPassTests
{
    [Theory]
    [InlineData("Relu", 1, true)]
    [InlineData("Sigmoid", 1, true)]
    [InlineData("Tanh", 1, false)]
    public async Task Convert_MaximaWithBorder_PadsWithZerosWhereNothingIsNegative(string before, int pad, bool isZero)
    {
        var graph = Graph(1, 2, 6, 6);
        graph.Nodes.Add(Node(before, ["x"], "a"));
        graph.Nodes.Add(Node("MaxPool", ["a"], "y", AttributeProto.From("kernel_shape", [3L, 3]), AttributeProto.From("strides", [2L, 2]), AttributeProto.From("pads", [pad, pad, pad, (long)pad])));
        var operators = await OperatorsAsync(graph, 1, 2, 3, 3);
        Assert.Equal(isZero, operators.Exists(op => op.Code == BuiltinOperator.Pad));
        Assert.Equal(!isZero, operators.Exists(op => op.Code == BuiltinOperator.Padv2));
    }

    [Fact]
    public async Task Convert_ValueThatOthersReadToo_KeepsLowestBorder()
    {
        var graph = Graph(1, 2, 4, 4);
        graph.Nodes.Add(Node("Relu", ["x"], "a"));
        graph.Initializers.Add(TensorProto.Create<long>("pads", DataType.Int64, [8], [0, 0, 1, 1, 0, 0, 1, 1]));
        graph.Initializers.Add(TensorProto.Create<float>("lowest", DataType.Float, [], [float.MinValue]));
        graph.Nodes.Add(Node("Pad", ["a", "pads", "lowest"], "p"));
        graph.Nodes.Add(Node("MaxPool", ["p"], "m", AttributeProto.From("kernel_shape", [3L, 3])));
        graph.Nodes.Add(Node("ReduceMin", ["p"], "n", AttributeProto.From("keepdims", 1L)));
        graph.Nodes.Add(Node("Min", ["m", "n"], "y"));
        Assert.Contains(await OperatorsAsync(graph, 1, 2, 4, 4), op => op.Code == BuiltinOperator.Padv2);
    }

    [Fact]
    public async Task Convert_DenselyConnected_ConcatenatesTwoAtATime()
    {
        var graph = Graph(1, 4, 3, 3);
        var values = new List<string> { "x" };
        foreach (string type in new[] { "Relu", "Tanh", "Sigmoid", "Neg", "Abs", "Exp" })
        {
            graph.Nodes.Add(Node("Concat", [.. values], $"c{values.Count}", AttributeProto.From("axis", 1L)));
            graph.Nodes.Add(Node("ReduceMean", [$"c{values.Count}"], $"m{values.Count}", AttributeProto.From("axes", [1L]), AttributeProto.From("keepdims", 1L)));
            graph.Nodes.Add(Node(type, [$"m{values.Count}"], $"v{values.Count}"));
            values.Add($"v{values.Count}");
        }

        graph.Nodes.Add(Node("Concat", [.. values], "y", AttributeProto.From("axis", 1L)));
        var operators = await OperatorsAsync(graph, 1, 10, 3, 3);
        Assert.All(operators.Where(op => op.Code == BuiltinOperator.Concatenation), op => Assert.Equal(2, op.Inputs.Count));
    }

    [Fact]
    public async Task Convert_ConcatenationsAlongOtherAxes_StayApart()
    {
        var graph = Graph(2, 2, 2, 2);
        graph.Nodes.Add(Node("Concat", ["x", "x"], "a", AttributeProto.From("axis", 1L)));
        graph.Nodes.Add(Node("Concat", ["x", "x", "x", "x"], "b", AttributeProto.From("axis", 2L)));
        graph.Nodes.Add(Node("ReduceSum", ["a"], "s", AttributeProto.From("keepdims", 0L)));
        graph.Nodes.Add(Node("Add", ["b", "s"], "y"));
        Assert.Contains(await OperatorsAsync(graph, 2, 2, 8, 2), op => op is { Code: BuiltinOperator.Concatenation, Inputs.Count: 4 });
    }

    [Theory]
    [InlineData(96, 7, 3)]
    [InlineData(96, 5, 1)]
    [InlineData(8, 7, 1)]
    public async Task Convert_LargeDepthwiseWindow_IsASumThatXnnpackHasKernelsFor(int channels, int window, int convolutions)
    {
        const int Size = 48;
        var graph = Graph(1, channels, Size, Size);
        var random = new Random(3);
        long pad = window / 2;
        graph.Initializers.Add(Floats("w", [channels, 1, window, window], random));
        graph.Initializers.Add(Floats("b", [channels], random));
        graph.Nodes.Add(Node("Conv", ["x", "w", "b"], "c", AttributeProto.From("group", (long)channels), AttributeProto.From("pads", [pad, pad, pad, pad])));
        graph.Nodes.Add(Node("Relu", ["c"], "y"));
        var operators = await OperatorsAsync(graph, 1, channels, Size, Size);
        Assert.Equal(convolutions, operators.Count(op => op.Code == BuiltinOperator.DepthwiseConv2d));
        Assert.Equal(convolutions - 1, operators.Count(op => op.Code == BuiltinOperator.Add));
        Assert.DoesNotContain(operators, op => op.Code is BuiltinOperator.Relu or BuiltinOperator.Pad);
    }

    [Theory]
    [InlineData(8, 0, false)]
    [InlineData(9, 0, false)]
    [InlineData(8, 1, true)]
    public async Task Convert_FactorsBeforeAConvolution_GoIntoItWhereItHasNoBorder(int size, int pad, bool remain)
    {
        var graph = Graph(1, 3, size, size);
        var random = new Random(5);
        graph.Initializers.Add(Floats("f", [3, 1, 1], random));
        graph.Initializers.Add(Floats("o", [3, 1, 1], random));
        graph.Initializers.Add(Floats("w", [4, 3, 2, 2], random));
        graph.Nodes.Add(Node("Mul", ["x", "f"], "m"));
        graph.Nodes.Add(Node("Add", ["m", "o"], "a"));
        graph.Nodes.Add(Node("Conv", ["a", "w"], "y", AttributeProto.From("strides", [2L, 2]), AttributeProto.From("pads", [pad, pad, pad, (long)pad])));
        long result = (size + (2 * pad) - 2) / 2 + 1;
        var operators = await OperatorsAsync(graph, 1, 4, result, result);
        Assert.Equal(remain, operators.Exists(op => op.Code is BuiltinOperator.Add or BuiltinOperator.Mul));
    }

    [Fact]
    public async Task Convert_FactorsReadAlongTwoAxes_GoIntoNeither()
    {
        var graph = Graph(1, 6, 6, 6);
        var random = new Random(7);
        graph.Initializers.Add(Floats("f", [6, 1, 1], random));
        graph.Initializers.Add(Floats("o", [6, 1, 1], random));
        graph.Initializers.Add(Floats("w", [1, 6, 1, 1], random));
        graph.Initializers.Add(Floats("k", [6, 6], random));
        graph.Nodes.Add(Node("Mul", ["x", "f"], "m"));
        graph.Nodes.Add(Node("Add", ["m", "o"], "a"));
        graph.Nodes.Add(Node("Conv", ["a", "w"], "c"));
        graph.Nodes.Add(Node("MatMul", ["a", "k"], "p"));
        graph.Nodes.Add(Node("Add", ["c", "p"], "y"));
        Assert.Contains(await OperatorsAsync(graph, 1, 6, 6, 6), op => op.Code == BuiltinOperator.Mul);
    }

    private static TensorProto Floats(string name, long[] dims, Random random) =>
        TensorProto.Create<float>(name, DataType.Float, dims, [.. Enumerable.Range(0, (int)dims.Aggregate(1L, (count, dim) => count * dim)).Select(_ => (float)random.NextDouble() - 0.5f)]);

    private static GraphProto Graph(params Dimension[] dims) => new() { Name = "g", Inputs = { ValueInfoProto.Tensor("x", DataType.Float, dims) } };

    private static NodeProto Node(string type, string[] inputs, string output, params AttributeProto[] attributes) =>
        new() { OpType = type, Name = $"{type}_{output}", Inputs = [.. inputs], Outputs = { output }, Attributes = [.. attributes] };

    /// <summary>Converts, compares with ONNX Runtime, and gives the product's operators.</summary>
    private static async Task<List<Operator>> OperatorsAsync(GraphProto graph, params Dimension[] dims)
    {
        RuntimeLibraries.RequireLiteRt();
        graph.Outputs.Add(ValueInfoProto.Tensor("y", DataType.Float, dims));
        var model = new ModelProto { Graph = graph, OpsetImports = { new OperatorSetId("", 13) } };
        using var folder = new TempFolder();
        OnnxFile.Save(model, folder.File("m.onnx"));
        var product = TfliteConverter.Convert(model, new ConvertOptions()).Product!;
        product.Save(folder.File("m.tflite"));
        var inputs = SeededInputs.Normal(graph, 1);
        var expected = await Oracle.RunAsync(Runtime.OnnxRuntime, folder.File("m.onnx"), inputs);
        var actual = await Oracle.RunAsync(Runtime.Litert, folder.File("m.tflite"), inputs);
        Assert.Null(expected.Failure);
        Assert.Null(actual.Failure);
        Assert.Equal(TensorReading.Doubles(expected.Outputs[0]), TensorReading.Doubles(actual.Outputs[0]), (a, b) => Math.Abs(a - b) <= 2e-6 * Math.Max(1, Math.Abs(a)));
        return product.Main.Operators;
    }
}
