using System.Collections.Concurrent;
using CsCheck;
using Onnx.Model;
using Onnx.Model.Analysis;
using TestKit;
using TestKit.Oracles;
using Runtime = Platform.Contracts.Runner.V1.Runtime;

namespace Onnx.Tflite.Tests;

/// <summary>Random graphs: what converts must give what ONNX Runtime gives. <c>./test.sh --fuzz tflite N</c> runs N of them.</summary>
public sealed class GraphFuzzTests
{
    private const double Tolerance = 2e-3;

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
                    string? difference = RunAsync(model, codes).GetAwaiter().GetResult();
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

    private static async Task<string?> RunAsync(ModelProto model, ConcurrentDictionary<string, int> codes)
    {
        using var folder = new TempFolder();
        string source = folder.File("m.onnx"), product = folder.File("m.tflite");
        OnnxFile.Save(model, source);
        var inputs = SeededInputs.Normal(model.Graph, 1);
        var expected = await Oracle.RunAsync(Runtime.OnnxRuntime, source, inputs, new Dictionary<string, string> { ["graph_optimization_level"] = "disable_all" });
        if (expected.Failure is not null)
        {
            return $"the generator made a graph that ONNX Runtime refuses: {expected.Failure}";
        }

        var result = TfliteConverter.Convert(model, new ConvertOptions());
        if (result.Product is null)
        {
            codes.AddOrUpdate($"{result.Refusals[0].Code} {result.Refusals[0].OpType}", 1, (_, count) => count + 1);
            return null;
        }

        codes.AddOrUpdate("converted", 1, (_, count) => count + 1);
        result.Product.Save(product);
        var actual = await Oracle.RunAsync(Runtime.Litert, product, inputs);
        return actual.Failure ?? expected.Outputs.Zip(actual.Outputs, Difference).FirstOrDefault(difference => difference is not null);
    }

    private static string? Difference(TensorProto expected, TensorProto actual)
    {
        if (expected.Name != actual.Name || !expected.Dims.AsSpan().SequenceEqual(actual.Dims))
        {
            return $"{actual.Name}[{string.Join(',', actual.Dims)}] instead of {expected.Name}[{string.Join(',', expected.Dims)}]";
        }

        double[] a = TensorReading.Doubles(expected), b = TensorReading.Doubles(actual);
        double scale = a.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
        for (int i = 0; i < a.Length; i++)
        {
            // Overflow is where rounding decides.
            if (double.IsFinite(a[i]) && scale < 1e6 && !(Math.Abs(a[i] - b[i]) <= Tolerance * Math.Max(scale, 1e-2)))
            {
                return $"{expected.Name}[{i}] is {b[i]} instead of {a[i]}";
            }
        }

        return null;
    }
}
