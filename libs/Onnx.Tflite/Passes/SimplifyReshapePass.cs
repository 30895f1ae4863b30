using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Passes;

/// <summary>Reshapes that nothing needs: one behind the other, or to the same shape.</summary>
internal static class SimplifyReshapePass
{
    public static void Run(Subgraph graph)
    {
        foreach (var op in graph.Operators.Where(op => op.Code == BuiltinOperator.Reshape && IsPlain(op)).ToList())
        {
            if (op.Input(0).Producer is { Code: BuiltinOperator.Reshape } first && IsPlain(first))
            {
                op.SetInput(0, first.Input(0));
            }

            if (op.Output.OutputUses == 0 && op.Input(0).Shape.AsSpan().SequenceEqual(op.Output.Shape))
            {
                graph.Replace(op.Output, op.Input(0));
            }
        }
    }

    internal static bool IsPlain(Operator op) => op.Options is ReshapeOptions { FromModel: false } && op.Output.IsStatic && op.Input(0).IsStatic;
}
