using Onnx.Model.Analysis;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>Control flow whose course only the run knows; what is known beforehand was inlined by the analysis.</summary>
internal static class ControlFlowLowerings
{
    private const int IfTable = 92;

    public static IReadOnlyList<OperatorLowering> Table { get; } =
    [
        new("If", If) { Builtins = "IF", Limits = "both branches give the same known shapes, else the condition must be constant" },
        new("Loop", LoopLowering.Lower) { Builtins = "WHILE, LESS, LOGICAL_AND, ADD, DYNAMIC_UPDATE_SLICE", Limits = "carried shapes known and the same in every turn; collected outputs need a known number of turns" },
        new("Scan", ScanLowering.Lower) { Builtins = "WHILE, LESS, GATHER, DYNAMIC_UPDATE_SLICE", Limits = "known lengths; carried shapes the same in every turn" },
    ];

    private static void If(LoweringNode n)
    {
        var captures = new Captures();
        var results = Enumerable.Range(0, n.OutputCount).Select(i => (Type: n.OutType(i), Shape: Known(n.OutShape(i), "a result"))).ToArray();
        BodyLowering[] bodies = [Branch(n, "then_branch", captures, results), Branch(n, "else_branch", captures, results)];
        foreach (var body in bodies)
        {
            body.TakeCaptures();
        }

        var outputs = Add(n, BuiltinOperator.If, new BodyOptions(IfTable), [n.B.Reshape(n.In(0), []), .. captures.Tensors], results, bodies);
        for (int i = 0; i < outputs.Length; i++)
        {
            n.Out(i, outputs[i]);
        }
    }

    private static BodyLowering Branch(LoweringNode n, string branch, Captures captures, (TensorType Type, SymInt[] Shape)[] results)
    {
        var source = n.Graph.Source.Body(n.Node, branch);
        var body = new BodyLowering(n, source, branch, captures);
        body.Run();
        for (int i = 0; i < results.Length; i++)
        {
            body.AddOutput(body.Lowering.Value(source.Source.Outputs[i].Name), results[i].Type, results[i].Shape);
        }

        return body;
    }

    /// <summary>Adds an operator with bodies.</summary>
    public static Tensor[] Add(LoweringNode n, BuiltinOperator code, BodyOptions options, IEnumerable<Tensor> inputs, IEnumerable<(TensorType Type, SymInt[] Shape)> results, BodyLowering[] bodies)
    {
        var outputs = results.Select(result => new Tensor(n.B.Names.Fresh(n.B.Origin), result.Type, result.Shape)).ToArray();
        n.B.Graph.Operators.Add(new Operator(code, options, inputs, outputs, n.B.Origin) { Bodies = [.. bodies.Select(body => body.Graph)] });
        return outputs;
    }

    /// <summary>A shape that has to be known, as bodies are prepared before the run.</summary>
    public static SymInt[] Known(SymInt[] shape, string what) => Array.TrueForAll(shape, dim => dim.IsKnown) ? shape : throw new RefusedException(
        ReasonCode.UnsupportedControlFlow, $"{what} has the open shape [{string.Join(',', shape)}]", "fix the input shapes with --input, or keep shapes the same in both branches and in every turn");
}
