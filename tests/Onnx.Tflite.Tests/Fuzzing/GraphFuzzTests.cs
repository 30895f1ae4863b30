using System.Collections.Concurrent;
using CsCheck;
using Onnx.Model;
using TestKit.Oracles;

namespace Onnx.Tflite.Tests;

/// <summary>Random graphs: what converts must give what ONNX Runtime gives. <c>./test.sh --fuzz tflite N</c> runs N of them.</summary>
public sealed class GraphFuzzTests
{
    [Fact]
    public void Convert_RandomGraphs_MatchOnnxRuntime()
    {
        RuntimeLibraries.RequireLiteRt();
        var (cases, time) = FuzzBudget.Of("HUB_FUZZ_TFLITE");
        var operators = new ConcurrentDictionary<string, int>();
        var codes = new ConcurrentDictionary<string, int>();
        var sizes = new ConcurrentBag<int>();
        Gen.ULong.Array[20, 110].Sample(
            choices =>
            {
                var (model, graph) = RandomGraph.Create(choices);
                if (graph.Graph.Nodes.Count > 0)
                {
                    string? difference = GraphOracle.DifferenceAsync(model, new ConvertOptions(), codes).GetAwaiter().GetResult();
                    Assert.True(difference is null, $"{difference}\n{string.Join('\n', graph.Graph.Nodes.Select(node => $"{node.Name}: {string.Join(", ", node.Inputs)} -> {node.Outputs[0]} {string.Join(" ", node.Attributes.Select(a => $"{a.Name}={(a.Value is long[] l ? string.Join(",", l) : a.Value)}"))}"))} inputs {string.Join(";", graph.Graph.Inputs.Select(i => string.Join(",", ((TypeProto.Tensor)i.Type).Shape!)))} outputs {string.Join(";", graph.Graph.Outputs.Select(i => i.Name + ":" + string.Join(",", ((TypeProto.Tensor)i.Type).Shape!)))}");
                    sizes.Add(graph.Graph.Nodes.Count);
                    foreach (string type in graph.Operators)
                    {
                        operators.AddOrUpdate(type, 1, (_, count) => count + 1);
                    }
                }
            },
            iter: cases,
            time: time,
            threads: Environment.ProcessorCount);
        int[] sorted = [.. sizes.Order()];
        TestContext.Current.SendDiagnosticMessage(
            $"{sorted.Length} graphs, median {sorted[sorted.Length / 2]} nodes, {operators.Count} operator types; outcomes: {string.Join(", ", codes.Select(pair => $"{pair.Key} {pair.Value}"))}; {string.Join(", ", operators.OrderByDescending(pair => pair.Value).Select(pair => $"{pair.Key} {pair.Value}"))}");
        Assert.True(sorted.Length < 200 || operators.Count >= 45, $"only {operators.Count} operator types");
        Assert.True(sorted.Length < 200 || sorted[sorted.Length / 2] >= 8, $"median {sorted[sorted.Length / 2]} nodes");
    }
}
