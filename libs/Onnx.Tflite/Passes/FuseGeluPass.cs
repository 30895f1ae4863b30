using Onnx.Tflite.Building;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Passes;

/// <summary>x/2 * (1 + erf(x / sqrt 2)), in whatever order the products stand, as one GELU.</summary>
internal static class FuseGeluPass
{
    private static readonly RuntimeVersionNumber s_since = new(2, 9);

    public static void Run(Subgraph graph, PassContext context)
    {
        if (context.Options.MinRuntime < s_since)
        {
            return;
        }

        var builder = new GraphBuilder(graph, context.Names);
        foreach (var op in graph.Operators.Where(op => op.Code is BuiltinOperator.Mul or BuiltinOperator.Div && op.Output.Type == TensorType.Float32).ToList())
        {
            if (Operand(op.Output) is { } x)
            {
                builder.Origin = op.Origin;
                Patterns.Replace(graph, op.Output, builder.Unary(BuiltinOperator.Gelu, x, new GeluOptions(Approximate: false)));
            }
        }
    }

    private static Tensor? Operand(Tensor result)
    {
        var half = Patterns.Scaled(result, 0.5);
        if (half is not null)
        {
            return Product(half, x => x);
        }

        return Product(result, x => Patterns.Scaled(x, 0.5)) ?? Patterns.Factors(result).Select(pair => Patterns.Scaled(pair.B, 0.5) is { } p && IsOnePlusErf(p, pair.A) ? pair.A : null).FirstOrDefault(x => x is not null);
    }

    // scale(A) * B where B = 1 + erf(x / sqrt 2) and x = scale(A).
    private static Tensor? Product(Tensor result, Func<Tensor, Tensor?> scale) =>
        Patterns.Factors(result).Select(pair => scale(pair.A) is { } x && IsOnePlusErf(pair.B, x) ? x : null).FirstOrDefault(x => x is not null);

    private static bool IsOnePlusErf(Tensor tensor, Tensor x) =>
        Patterns.Raised(tensor, 1) is { } erf && Patterns.Of(erf, BuiltinOperator.PseudoErf) is { } scaled && ReferenceEquals(Patterns.Scaled(scaled, Math.Sqrt(0.5)), x);
}
