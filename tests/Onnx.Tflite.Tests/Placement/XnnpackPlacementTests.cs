using Onnx.Model;
using Platform.Contracts.Runner.V1;
using Platform.Runners;
using TestKit;
using TestKit.Oracles;
using Runtime = Platform.Contracts.Runner.V1.Runtime;

namespace Onnx.Tflite.Tests;

/// <summary>Which operators XNNPACK leaves to the runtime's own kernels: what the report predicts against what LiteRT's profiler saw.</summary>
public sealed class XnnpackPlacementTests : IAsyncLifetime
{
    private const int Graphs = 60;

    private RunnerClient? _runner;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _runner?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Theory]
    [InlineData("mobilenet_v2")]
    [InlineData("mobilenet_v3_small")]
    [InlineData("resnet18")]
    [InlineData("shufflenet_v2_x1_0")]
    [InlineData("densenet121")]
    [InlineData("swin_t")]
    public async Task Report_Network_PredictsWhatTheRuntimeLeaves(string name)
    {
        RuntimeLibraries.RequireLiteRt();
        using var folder = new TempFolder();
        using var file = OnnxFile.Open(await TorchvisionModels.GetAsync(name, 17));
        Assert.Equal("", await DifferenceAsync(file.Model, folder));
    }

    [Fact]
    public async Task Report_RandomGraphs_PredictWhatTheRuntimeLeaves()
    {
        RuntimeLibraries.RequireLiteRt();
        var differences = new List<string>();
        int left = 0;
        for (int seed = 0; seed < Graphs; seed++)
        {
            using var folder = new TempFolder();
            var random = new Random(seed);
            var (model, graph) = RandomGraph.Create([.. Enumerable.Range(0, 60).Select(_ => (ulong)random.NextInt64())]);
            if (graph.Graph.Nodes.Count > 0 && await DifferenceAsync(model, folder, count => left += count) is { Length: > 0 } difference)
            {
                differences.Add($"{seed}: {difference}");
            }
        }

        TestContext.Current.SendDiagnosticMessage($"{Graphs} graphs, {left} operators left, {differences.Count} predictions wrong: {string.Join(" | ", differences)}");
        Assert.Empty(differences);
        Assert.True(left > Graphs);
    }

    [Fact]
    public async Task Report_ManyOperandsOrParts_PredictsWhatTheRuntimeLeaves()
    {
        RuntimeLibraries.RequireLiteRt();
        using var folder = new TempFolder();
        foreach (int count in new[] { 4, 5, 6 })
        {
            var graph = new GraphProto { Name = "g", Inputs = { ValueInfoProto.Tensor("x", DataType.Float, 2, 60) }, Outputs = { ValueInfoProto.Tensor("y", DataType.Float, 2, 60) } };
            graph.Nodes.Add(new NodeProto { OpType = "Split", Name = "s", Inputs = { "x" }, Outputs = [.. Enumerable.Range(0, count).Select(i => $"p{i}")], Attributes = { AttributeProto.From("axis", 1L), AttributeProto.From("num_outputs", (long)count) } });
            graph.Nodes.AddRange(Enumerable.Range(0, count).Select(i => new NodeProto { OpType = "Tanh", Name = $"t{i}", Inputs = { $"p{i}" }, Outputs = { $"r{i}" } }));
            graph.Nodes.Add(new NodeProto { OpType = "Concat", Name = "c", Inputs = [.. Enumerable.Range(0, count).Select(i => $"r{count - 1 - i}")], Outputs = { "y" }, Attributes = { AttributeProto.From("axis", 1L) } });
            Assert.Equal("", await DifferenceAsync(new ModelProto { Graph = graph, OpsetImports = { new OperatorSetId("", 18) } }, folder));
        }
    }

    private async Task<string> DifferenceAsync(ModelProto model, TempFolder folder, Action<int>? count = null)
    {
        if (TfliteConverter.Convert(model, new ConvertOptions()) is not { Product: { } product } result)
        {
            return "";
        }

        product.Save(folder.File("m.tflite"));
        Assert.True(result.Report["placement"]!["xnnpack"]!["verified"]!.GetValue<bool>());
        Assert.False(result.Report["placement"]!["gpu"]!["verified"]!.GetValue<bool>());
        var expected = result.Report["placement"]!["xnnpack"]!["left_operators"]!.AsObject().ToDictionary(pair => pair.Key, pair => pair.Value!.GetValue<int>());
        var actual = (await ProfileAsync(folder, SeededInputs.Normal(model.Graph, 1))).Where(op => op.Delegate.Length == 0).GroupBy(op => op.Type).ToDictionary(group => group.Key, group => group.Count());
        count?.Invoke(actual.Values.Sum());
        return string.Join(", ", expected.Keys.Union(actual.Keys).Where(type => expected.GetValueOrDefault(type) != actual.GetValueOrDefault(type)).Select(type => $"{type}: {expected.GetValueOrDefault(type)} expected, {actual.GetValueOrDefault(type)} left"));
    }

    private async Task<IReadOnlyList<Operator>> ProfileAsync(TempFolder folder, List<TensorProto> inputs)
    {
        var request = new Request { Model = folder.File("m.tflite"), Runtime = Runtime.Litert, Settings = new Settings { Threads = 1 }, PerOperator = new PerOperator { Iterations = 2 } };
        foreach (var input in inputs)
        {
            string path = folder.File(input.Name);
            await File.WriteAllBytesAsync(path, input.Data.AsSpan().ToArray());
            request.PerOperator.Inputs.Add(new TensorFile { Path = path, Samples = 1, Spec = new TensorSpec { Name = input.Name, Dtype = input.DataType.ToNumpyName(), Shape = { input.Dims } } });
        }

        _runner ??= RunnerClient.Start(RuntimeLibraries.ModelRunner);
        return (await _runner.AskAsync(request, TimeSpan.FromMinutes(2))).PerOperatorDone.Operators;
    }
}
