using Onnx.Model;
using Onnx.Model.Analysis;
using Onnx.Tflite.Schema;
using TestKit;
using TestKit.Oracles;
using Runtime = Platform.Contracts.Runner.V1.Runtime;

namespace Onnx.Tflite.Tests;

/// <summary>Control flow that only the run decides.</summary>
public sealed class ControlFlowTests
{
    [Theory]
    [InlineData(1f)]
    [InlineData(-1f)]
    public async Task If_ConditionOfTheRun_TakesTheRightBranch(float sign)
    {
        var yes = Body([], [("a", 2, 3)], Node("Mul", ["x", "two"], "a"));
        var no = Body([], [("b", 2, 3)], Node("Tanh", ["x"], "t"), Node("Add", ["t", "z"], "b"));
        var graph = Graph(("x", [2, 3]), ("s", []));
        Constant(graph, "two", [], 2);
        Constant(graph, "zero", [], 0);
        graph.Nodes.Add(Node("Sin", ["x"], "z"));
        graph.Nodes.Add(Node("Greater", ["s", "zero"], "c"));
        graph.Nodes.Add(Node("If", ["c"], "y", AttributeProto.From("then_branch", yes), AttributeProto.From("else_branch", no)));
        await CheckAsync(graph, [2, 3], BuiltinOperator.If, [Values([2, 3]), [sign]]);
    }

    [Fact]
    public async Task If_BranchThatHandsOnOrIsConstant_Works()
    {
        var no = Body([], [("k", 2, 3)]);
        Constant(no, "k", [2, 3], 1, 2, 3, 4, 5, 6);
        var graph = Graph(("x", [2, 3]), ("s", []));
        Constant(graph, "zero", [], 0);
        graph.Nodes.Add(Node("Greater", ["s", "zero"], "c"));
        graph.Nodes.Add(Node("If", ["c"], "y", AttributeProto.From("then_branch", Body([], [("i", 2, 3)], Node("Identity", ["x"], "i"))), AttributeProto.From("else_branch", no)));
        await CheckAsync(graph, [2, 3], BuiltinOperator.If, [Values([2, 3]), [1]]);
        await CheckAsync(graph, [2, 3], BuiltinOperator.If, [Values([2, 3]), [-1]]);
    }

    [Fact]
    public void If_BranchesOfOtherShapes_AreRefusedWithCode()
    {
        var graph = Graph(("x", [2, 3]), ("s", []));
        Constant(graph, "zero", [], 0);
        graph.Nodes.Add(Node("Greater", ["s", "zero"], "c"));
        var whole = Body([], [("a", 2, 3)], Node("Neg", ["x"], "a"));
        var sum = Body([], [("b", 1, 3)], Node("ReduceMean", ["x"], "b", AttributeProto.From("axes", [0L]), AttributeProto.From("keepdims", 1L)));
        graph.Nodes.Add(Node("If", ["c"], "y", AttributeProto.From("then_branch", whole), AttributeProto.From("else_branch", sum)));
        graph.Outputs.Add(ValueInfoProto.Tensor("y", DataType.Float, "n", 3));
        var result = TfliteConverter.Convert(Model(graph), new ConvertOptions(), TestContext.Current.CancellationToken);
        Assert.Null(result.Product);
        Assert.Contains(result.Refusals, refusal => refusal.Code == ReasonCode.UnsupportedControlFlow);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(0)]
    public async Task Loop_NumberOfTurnsOfTheRun_TurnsThatOften(long turns)
    {
        var body = LoopBody(Node("Mul", ["v", "k"], "w"), Node("Add", ["w", "x"], "v2"), Node("Identity", ["going"], "on"));
        var graph = Graph(("x", [2, 2]));
        graph.Inputs.Add(ValueInfoProto.Tensor("m", DataType.Int64));
        Constant(graph, "k", [], 0.5f);
        graph.Nodes.Add(Node("Loop", ["m", "", "x"], "y", AttributeProto.From("body", body)));
        await CheckAsync(graph, [2, 2], BuiltinOperator.While, [Values([2, 2])], turns);
    }

    [Fact]
    public async Task Loop_ConditionOfTheBody_StopsInTime()
    {
        var body = LoopBody(Node("Add", ["v", "v"], "v2"), Node("ReduceMax", ["v2"], "top", AttributeProto.From("keepdims", 0L)), Node("Less", ["top", "limit"], "on"));
        var graph = Graph(("x", [2, 2]));
        Constant(graph, "limit", [], 100);
        graph.Initializers.Add(TensorProto.Create<long>("m", DataType.Int64, [], [long.MaxValue]));
        graph.Initializers.Add(TensorProto.Create<byte>("start", DataType.Bool, [], [1]));
        graph.Nodes.Add(Node("Loop", ["m", "start", "x"], "y", AttributeProto.From("body", body)));
        await CheckAsync(graph, [2, 2], BuiltinOperator.While, [[1, 2, 3, 4]]);
    }

    [Fact]
    public async Task Loop_ManyTurnsThatCollect_FillsABuffer()
    {
        var body = LoopBody(Node("Mul", ["v", "k"], "v2"), Node("Identity", ["going"], "on"), Node("ReduceSum", ["v2"], "slice", AttributeProto.From("keepdims", 1L)));
        body.Outputs.Add(ValueInfoProto.Tensor("slice", DataType.Float, 1, 1));
        var graph = Graph(("x", [2, 2]));
        Constant(graph, "k", [], 0.99f);
        graph.Initializers.Add(TensorProto.Create<long>("m", DataType.Int64, [], [500]));
        graph.Nodes.Add(new NodeProto { OpType = "Loop", Name = "loop", Inputs = { "m", "", "x" }, Outputs = { "last", "y" }, Attributes = { AttributeProto.From("body", body) } });
        await CheckAsync(graph, [500, 1, 1], BuiltinOperator.While, [[1, 2, 3, 4]]);
    }

    [Fact]
    public async Task Scan_LongSequence_IsAWhile()
    {
        var body = Body([("h", [3]), ("e", [3])], [("h2", 3), ("o", 3)], Node("Mul", ["h", "k"], "d"), Node("Add", ["d", "e"], "h2"), Node("Tanh", ["h2"], "o"));
        body.Outputs.Clear();
        body.Outputs.Add(ValueInfoProto.Tensor("h2", DataType.Float, 3));
        body.Outputs.Add(ValueInfoProto.Tensor("o", DataType.Float, 3));
        var graph = Graph(("x", [400, 3]));
        Constant(graph, "k", [], 0.5f);
        Constant(graph, "h0", [3], 1, 2, 3);
        graph.Nodes.Add(new NodeProto { OpType = "Scan", Name = "scan", Inputs = { "h0", "x" }, Outputs = { "last", "y" }, Attributes = { AttributeProto.From("body", body), AttributeProto.From("num_scan_inputs", 1L), AttributeProto.From("scan_input_directions", [1L]), AttributeProto.From("scan_output_axes", [1L]) } });
        await CheckAsync(graph, [3, 400], BuiltinOperator.While, [Values([400, 3])]);
    }

    private static GraphProto LoopBody(params NodeProto[] nodes)
    {
        var body = new GraphProto { Name = "body", Nodes = [.. nodes] };
        body.Inputs.Add(ValueInfoProto.Tensor("i", DataType.Int64));
        body.Inputs.Add(ValueInfoProto.Tensor("going", DataType.Bool));
        body.Inputs.Add(ValueInfoProto.Tensor("v", DataType.Float, 2, 2));
        body.Outputs.Add(ValueInfoProto.Tensor("on", DataType.Bool));
        body.Outputs.Add(ValueInfoProto.Tensor("v2", DataType.Float, 2, 2));
        return body;
    }

    private static GraphProto Body((string Name, long[] Dims)[] inputs, object[] outputs, params NodeProto[] nodes)
    {
        var body = new GraphProto { Name = "branch", Nodes = [.. nodes] };
        body.Inputs.AddRange(inputs.Select(input => ValueInfoProto.Tensor(input.Name, DataType.Float, [.. input.Dims.Select(dim => (Dimension)dim)])));
        foreach (object output in outputs)
        {
            body.Outputs.Add(output switch
            {
                (string name, int a, int b) => ValueInfoProto.Tensor(name, DataType.Float, a, b),
                (string name, int a) => ValueInfoProto.Tensor(name, DataType.Float, a),
                _ => throw new ArgumentException("an output is a name with one or two sizes", nameof(outputs)),
            });
        }

        return body;
    }

    private static GraphProto Graph(params (string Name, long[] Dims)[] inputs) =>
        new() { Name = "g", Inputs = [.. inputs.Select(input => ValueInfoProto.Tensor(input.Name, DataType.Float, [.. input.Dims.Select(dim => (Dimension)dim)]))] };

    private static void Constant(GraphProto graph, string name, long[] dims, params float[] values) => graph.Initializers.Add(TensorProto.Create<float>(name, DataType.Float, dims, values));

    private static NodeProto Node(string type, string[] inputs, string output, params AttributeProto[] attributes) =>
        new() { OpType = type, Name = $"{type}_{output}", Inputs = [.. inputs], Outputs = { output }, Attributes = [.. attributes] };

    private static float[] Values(long[] dims) => [.. Enumerable.Range(0, (int)dims.Aggregate(1L, (a, b) => a * b)).Select(i => MathF.Sin(i + 1))];

    private static ModelProto Model(GraphProto graph) => new() { Graph = graph, OpsetImports = { new OperatorSetId("", 17) } };

    private static async Task CheckAsync(GraphProto graph, long[] dims, BuiltinOperator expects, float[][] values, long? turns = null)
    {
        RuntimeLibraries.RequireLiteRt();
        graph.Outputs.Clear();
        graph.Outputs.Add(ValueInfoProto.Tensor("y", DataType.Float, [.. dims.Select(dim => (Dimension)dim)]));
        using var folder = new TempFolder();
        OnnxFile.Save(Model(graph), folder.File("m.onnx"));
        var result = TfliteConverter.Convert(Model(graph), new ConvertOptions());
        Assert.Empty(result.Refusals);
        Assert.Contains(result.Product!.Main.Operators, op => op.Code == expects);
        result.Product.Save(folder.File("m.tflite"));
        var inputs = values.Select((value, i) => TensorProto.Create<float>(graph.Inputs[i].Name, DataType.Float, [.. ((TypeProto.Tensor)graph.Inputs[i].Type).Shape!.Select(dim => dim.Value!.Value)], value)).ToList();
        if (turns is { } count)
        {
            inputs.Add(TensorProto.Create<long>("m", DataType.Int64, [], [count]));
        }

        var expected = await Oracle.RunAsync(Runtime.OnnxRuntime, folder.File("m.onnx"), inputs);
        var actual = await Oracle.RunAsync(Runtime.Litert, folder.File("m.tflite"), inputs);
        Assert.Null(expected.Failure);
        Assert.Null(actual.Failure);
        Assert.Equal(expected.Outputs[0].Dims, actual.Outputs[0].Dims);
        Assert.Equal(TensorReading.Doubles(expected.Outputs[0]), TensorReading.Doubles(actual.Outputs[0]), (a, b) => Math.Abs(a - b) <= 1e-5 * Math.Max(1, Math.Abs(a)));
    }
}
