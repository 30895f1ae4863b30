using Onnx.Tflite.Building;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Passes;

/// <summary>x * min(max(x + 3, 0), 6) / 6 as one HARD_SWISH.</summary>
internal static class FuseHardSwishPass
{
    private const double Sixth = 1.0 / 6;

    public static void Run(Subgraph graph, PassContext context)
    {
        var builder = new GraphBuilder(graph, context.Names);
        foreach (var op in graph.Operators.Where(op => op.Code is BuiltinOperator.Mul or BuiltinOperator.Div && op.Output.Type == TensorType.Float32).ToList())
        {
            if (Operand(op.Output) is { } x)
            {
                builder.Origin = op.Origin;
                Patterns.Replace(graph, op.Output, builder.Unary(BuiltinOperator.HardSwish, x, new EmptyOptions(91)));
            }
        }
    }

    private static Tensor? Operand(Tensor result)
    {
        var pairs = Patterns.Scaled(result, Sixth) is { } whole
            ? Patterns.Factors(whole)
            : Patterns.Factors(result).Select(pair => (pair.A, B: Patterns.Scaled(pair.B, Sixth)!)).Where(pair => pair.B is not null);
        return pairs.FirstOrDefault(pair => IsGate(pair.B, pair.A)).A;
    }

    private static bool IsGate(Tensor gate, Tensor x) => Patterns.Of(gate, BuiltinOperator.Relu6) is { } raised && ReferenceEquals(Patterns.Raised(raised, 3), x);
}
