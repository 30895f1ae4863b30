using System.Collections.Concurrent;
using Onnx.Tflite.Building;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Passes;
using Onnx.Tflite.Schema;
using TestKit.Oracles;

namespace Onnx.Tflite.Tests;

/// <summary>Passes made to leave what a faulty pass would leave: random graphs have to notice each of these within 500.</summary>
public sealed class PlantedBugTests
{
    private const int MostGraphs = 500;

    private static readonly Dictionary<string, (string Pass, Func<Subgraph, bool> Break)> s_bugs = new()
    {
        ["transposes the other way round"] = ("layout", graph => First(graph, op => Patterns.Order(op) is { } order && !order.AsSpan().SequenceEqual(Inverse(order)) && SameSizes(op, order), TurnRound)),
        ["forgets the clamp that it fused"] = ("fuse-activation", graph => First(graph, op => op.Options is ActivationOptions { Activation: not Activation.None }, op => op.Options = ((ActivationOptions)op.Options) with { Activation = Activation.None })),
        ["loses offsets of channels"] = ("fold-affine", graph => First(graph, op => op.Code is BuiltinOperator.Conv2d or BuiltinOperator.DepthwiseConv2d && op.Origin.Contains(" + ", StringComparison.Ordinal), op => op.SetInput(2, ConstantTensors.Floats(op.Input(2).Name, op.Input(2).Dims, new float[op.Input(2).Count])))),
        ["hands out the parts of a split in another order"] = ("merge-slices", graph => First(graph, op => op.Code == BuiltinOperator.Split, SwapParts)),
        ["joins operands in another order"] = ("nest-concatenations", graph => First(graph, op => op.Code == BuiltinOperator.Concatenation && op.Input(0) != op.Input(1), SwapOperands)),
        ["pads with zeros what may be negative"] = ("zero-border", graph => First(graph, op => op.Code == BuiltinOperator.Padv2, PadWithZeros)),
        ["forgets that reduced axes have moved"] = ("layout", graph => First(graph, op => op is { Code: BuiltinOperator.Mean or BuiltinOperator.Sum or BuiltinOperator.ReduceMax, Inputs: [{ } x, { IsConstant: true }] } && OtherAxis(op) is not null, op => op.SetInput(1, ConstantTensors.Int32s("axis", [OtherAxis(op)!.Value])))),
        ["takes a difference the wrong way"] = ("write-out-erf", graph => First(graph, op => op.Code == BuiltinOperator.Sub && op.Input(0) != op.Input(1) && op.Input(0).Shape.AsSpan().SequenceEqual(op.Input(1).Shape), SwapOperands)),
    };

    public static TheoryData<string> Bugs => [.. s_bugs.Keys];

    [Theory]
    [MemberData(nameof(Bugs))]
    public async Task Fuzz_BugInAPass_IsFound(string bug)
    {
        RuntimeLibraries.RequireLiteRt();
        var (pass, spoil) = s_bugs[bug];
        var codes = new ConcurrentDictionary<string, int>();
        int spoiled = 0;
        for (int seed = 1; seed <= MostGraphs; seed++)
        {
            var random = new Random(seed);
            var (model, graph) = RandomGraph.Create([.. Enumerable.Range(0, 20 + random.Next(90)).Select(_ => (ulong)random.NextInt64())]);
            bool isSpoiled = false;
            var options = new ConvertOptions { AfterPass = (name, body) => isSpoiled |= name == pass && spoil(body) };
            // Judging costs two runtimes; a graph that the bug leaves alone is judged by the other tests.
            if (graph.Graph.Nodes.Count == 0 || TfliteConverter.Convert(model, options, TestContext.Current.CancellationToken).Product is null || !isSpoiled)
            {
                continue;
            }

            spoiled++;
            if (await GraphOracle.DifferenceAsync(model, options, codes) is { } difference)
            {
                TestContext.Current.SendDiagnosticMessage($"{bug}: found in graph {seed}, number {spoiled} of those it touched: {difference}");
                return;
            }
        }

        Assert.Fail($"{MostGraphs} graphs, {spoiled} of them touched, and nobody noticed");
    }

    private static bool First(Subgraph graph, Func<Operator, bool> suits, Action<Operator> spoil)
    {
        if (graph.Operators.Find(op => suits(op)) is not { } victim)
        {
            return false;
        }

        spoil(victim);
        return true;
    }

    private static int[] Inverse(int[] order) => [.. Enumerable.Range(0, order.Length).Select(axis => Array.IndexOf(order, axis))];

    // The wrong way has to give the same shape, or the runtime itself would notice.
    private static bool SameSizes(Operator op, int[] order) =>
        Inverse(order).Select(axis => op.Input(0).Shape[axis]).SequenceEqual(op.Output.Shape) || op.Output.OutputUses > 0;

    private static void TurnRound(Operator op) => op.SetInput(1, ConstantTensors.Int32s("order", Inverse(Patterns.Order(op)!)));

    private static void SwapParts(Operator split) => (split.Outputs[0], split.Outputs[1]) = (split.Outputs[1], split.Outputs[0]);

    private static void SwapOperands(Operator op)
    {
        var (first, second) = (op.Input(0), op.Input(1));
        op.SetInput(0, second);
        op.SetInput(1, first);
    }

    private static void PadWithZeros(Operator op)
    {
        op.Code = BuiltinOperator.Pad;
        op.Options = new EmptyOptions(22);
        op.RemoveLastInput();
    }

    // Another axis of the same size as the reduced one.
    private static int? OtherAxis(Operator op)
    {
        int[] axes = ConstantTensors.ReadInt32s(op.Input(1));
        return axes is [var axis] && Enumerable.Range(0, op.Input(0).Rank).Where(other => other != axis && op.Input(0).Shape[other] == op.Input(0).Shape[axis] && op.Input(0).Shape[axis] != 1).Cast<int?>().FirstOrDefault() is { } other ? other : null;
    }
}
