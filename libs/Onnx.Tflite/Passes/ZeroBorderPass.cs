using Onnx.Tflite.Building;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Passes;

/// <summary>
/// Borders of zeros instead of the lowest number around values that are never negative, where only maxima are taken of them: PAD
/// is in every delegate, PADV2 is not. No window may lie in the border alone.
/// </summary>
internal static class ZeroBorderPass
{
    private const int PadTable = 22;

    public static void Run(Subgraph graph)
    {
        foreach (var op in graph.Operators.Where(op => op is { Code: BuiltinOperator.Padv2, Output: { Type: TensorType.Float32, OutputUses: 0 } }))
        {
            if (op.Input(1).IsConstant && IsNeverNegative(op.Input(0)) && op.Output.Readers.TrueForAll(reader => IsMaximumOf(reader, ConstantTensors.ReadInt32s(op.Input(1)))))
            {
                op.Code = BuiltinOperator.Pad;
                op.Options = new EmptyOptions(PadTable);
                op.RemoveLastInput();
            }
        }
    }

    // Pairs of (before, after) for N, C, H, W.
    private static bool IsMaximumOf(Operator reader, int[] pads) =>
        reader is { Code: BuiltinOperator.MaxPool2d, Options: Pool2DOptions pool } && pads is [0, 0, 0, 0, var top, var bottom, var left, var right]
        && top < pool.FilterH && bottom < pool.FilterH && left < pool.FilterW && right < pool.FilterW;

    private static bool IsNeverNegative(Tensor tensor) => tensor.Producer switch
    {
        { Options: ActivationOptions { Activation: Activation.Relu or Activation.Relu6 } } => true,
        { Code: BuiltinOperator.Relu or BuiltinOperator.Relu6 or BuiltinOperator.Logistic or BuiltinOperator.Softmax or BuiltinOperator.Abs } => true,
        { Code: BuiltinOperator.MaxPool2d } pool => IsNeverNegative(pool.Input(0)),
        _ => false,
    };
}
