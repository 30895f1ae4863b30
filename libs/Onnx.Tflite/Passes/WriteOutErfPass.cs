using Onnx.Tflite.Building;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Passes;

/// <summary>
/// The error function in builtins where it is no part of a GELU: an odd rational function on [-4, 4], beyond which erf is 1
/// in float32. Within 2 units in the last place.
/// </summary>
internal static class WriteOutErfPass
{
    // Coefficients of x, x^3, ... and of 1, x^2, ...; minimax, as commonly used for single precision.
    private static readonly double[] s_numerator =
        [-1.60960333262415e-02, -2.95459980854025e-03, -7.34990630326855e-04, -5.69250639462346e-05, -2.10102402082508e-06, 2.77068142495902e-08, -2.72614225801306e-10];

    private static readonly double[] s_denominator = [-1.42647390514189e-02, -7.37332916720468e-03, -1.68282697438203e-03, -2.13374055278905e-04, -1.45660718464996e-05];

    public static void Run(Subgraph graph, PassContext context)
    {
        var builder = new GraphBuilder(graph, context.Names);
        foreach (var op in graph.Operators.Where(op => op.Code == BuiltinOperator.PseudoErf).ToList())
        {
            builder.Origin = op.Origin;
            var result = Erf(builder, op.Input(0));
            if (op.Output.OutputUses > 0)
            {
                result.Name = op.Output.Name;
            }

            graph.Replace(op.Output, result);
        }
    }

    private static Tensor Erf(GraphBuilder b, Tensor x)
    {
        var clamped = b.Minimum(b.Maximum(x, -4), 4);
        var square = b.Square(clamped);
        return b.Over(b.Times(clamped, Horner(b, square, s_numerator)), Horner(b, square, s_denominator));
    }

    private static Tensor Horner(GraphBuilder b, Tensor x, double[] coefficients)
    {
        var sum = b.Plus(b.Times(x, coefficients[^1]), coefficients[^2]);
        for (int i = coefficients.Length - 3; i >= 0; i--)
        {
            sum = b.Plus(b.Times(sum, x), coefficients[i]);
        }

        return sum;
    }
}
