using Onnx.Model;

namespace Onnx.Tflite.Tests;

/// <summary>Where a source rounds to float16 between two operators its product would differ: such models are refused unless the caller allows it.</summary>
public sealed class Float16RoundingTests
{
    [Fact]
    public void ResultComputedFurther_IsRefused_UnlessAllowed()
    {
        var graph = Graph(Node("Sigmoid", "x", "s"), Node("Tanh", "s", "y"));
        Assert.Equal(ReasonCode.Float16Rounding, Assert.Single(Convert(graph).Refusals).Code);
        Assert.NotNull(Convert(graph, allowed: true).Product);
    }

    [Fact]
    public void ResultOnlyMoved_IsConverted() => Assert.NotNull(Convert(Graph(Node("Sigmoid", "x", "s"), Node("Relu", "s", "y"))).Product);

    [Fact]
    public void ResultComputedFurtherInABranch_IsRefused()
    {
        var graph = Graph(Node("Sigmoid", "x", "s"), If(Branch("a", Node("Tanh", "s", "a")), Branch("b", Node("Relu", "s", "b"))));
        Assert.Contains(Convert(graph).Refusals, refusal => refusal.Code == ReasonCode.Float16Rounding && refusal.OpType == "Tanh");
    }

    [Fact]
    public void OneOperatorInABranch_IsConverted() =>
        Assert.NotNull(Convert(Graph(If(Branch("a", Node("Tanh", "x", "a")), Branch("b", Node("Sigmoid", "x", "b"))))).Product);

    [Fact]
    public void ValueThatGoesRoundALoop_IsRefused()
    {
        var body = new GraphProto { Name = "body" };
        body.Inputs.AddRange([ValueInfoProto.Tensor("i", DataType.Int64), ValueInfoProto.Tensor("going", DataType.Bool), ValueInfoProto.Tensor("v", DataType.Float16, 2, 2)]);
        body.Nodes.AddRange([Node("Identity", "going", "on"), Node("Tanh", "v", "v2")]);
        body.Outputs.AddRange([ValueInfoProto.Tensor("on", DataType.Bool), ValueInfoProto.Tensor("v2", DataType.Float16, 2, 2)]);
        var graph = Graph(new NodeProto { OpType = "Loop", Name = "loop", Inputs = { "m", "", "x" }, Outputs = { "y" }, Attributes = { AttributeProto.From("body", body) } });
        graph.Inputs.Add(ValueInfoProto.Tensor("m", DataType.Int64));
        Assert.Contains(Convert(graph).Refusals, refusal => refusal.Code == ReasonCode.Float16Rounding && refusal.OpType == "Tanh");
        Assert.NotNull(Convert(graph, allowed: true).Product);
    }

    private static ConversionResult Convert(GraphProto graph, bool allowed = false) => TfliteConverter.Convert(
        new ModelProto { IrVersion = 8, OpsetImports = { new OperatorSetId("", 17) }, Graph = graph }, new ConvertOptions { AllowFloat32ForFloat16 = allowed }, TestContext.Current.CancellationToken);

    private static GraphProto Graph(params NodeProto[] nodes)
    {
        var graph = new GraphProto { Name = "g", Nodes = [.. nodes] };
        graph.Inputs.Add(ValueInfoProto.Tensor("x", DataType.Float16, 2, 2));
        if (nodes[^1].OpType == "If")
        {
            graph.Inputs.Add(ValueInfoProto.Tensor("c", DataType.Bool));
        }

        graph.Outputs.Add(ValueInfoProto.Tensor("y", DataType.Float16, 2, 2));
        return graph;
    }

    private static NodeProto Node(string type, string input, string output) => new() { OpType = type, Name = type.ToLowerInvariant(), Inputs = { input }, Outputs = { output } };

    // The condition is one that only the run knows.
    private static NodeProto If(GraphProto yes, GraphProto no) =>
        new() { OpType = "If", Name = "if", Inputs = { "c" }, Outputs = { "y" }, Attributes = { AttributeProto.From("then_branch", yes), AttributeProto.From("else_branch", no) } };

    private static GraphProto Branch(string output, NodeProto node) =>
        new() { Name = output, Nodes = [node], Outputs = { ValueInfoProto.Tensor(output, DataType.Float16, 2, 2) } };
}
