using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Passes;

/// <summary>Clamps that the kernel before them can apply itself.</summary>
internal static class FuseActivationPass
{
    private static readonly Dictionary<BuiltinOperator, Activation> s_clamps = new()
    {
        [BuiltinOperator.Relu] = Activation.Relu,
        [BuiltinOperator.Relu6] = Activation.Relu6,
        [BuiltinOperator.ReluN1To1] = Activation.ReluN1To1,
    };

    public static void Run(Subgraph graph)
    {
        foreach (var op in graph.Operators.ToList())
        {
            // TRANSPOSE_CONV takes a clamp only since 2.14, and no delegate does.
            if (s_clamps.TryGetValue(op.Code, out var clamp)
                && op.Input(0) is { HasOneReader: true, Type: TensorType.Float32, Producer: { Options: ActivationOptions { Activation: Activation.None } options } producer }
                && producer.Code != BuiltinOperator.TransposeConv)
            {
                producer.Options = options with { Activation = clamp };
                producer.Origin = $"{producer.Origin} + {op.Origin}";
                Patterns.Replace(graph, op.Output, producer.Output);
            }
        }
    }
}
