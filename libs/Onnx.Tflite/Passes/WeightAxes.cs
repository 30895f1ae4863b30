using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Passes;

/// <summary>Where the channels of an operator with weights stand.</summary>
/// <param name="Activation">The channel axis of its operand and result, in logical order.</param>
/// <param name="Output">The axis of the weights with one index an output channel.</param>
/// <param name="Input">The axis of the weights with one index an input channel; -1 where each output channel has its own.</param>
/// <param name="Weights">The place of the weights among the inputs.</param>
/// <param name="Bias">The place of the bias.</param>
internal sealed record WeightAxes(int Activation, int Output, int Input, int Weights, int Bias)
{
    /// <summary>For operators with constant float weights and a constant bias; null for others.</summary>
    public static WeightAxes? Of(Operator op)
    {
        var axes = op.Code switch
        {
            BuiltinOperator.Conv2d => new WeightAxes(1, 0, 3, 1, 2),
            BuiltinOperator.DepthwiseConv2d => new WeightAxes(1, 3, -1, 1, 2),
            BuiltinOperator.Conv3d => new WeightAxes(1, 4, 3, 1, 2),
            BuiltinOperator.TransposeConv => new WeightAxes(1, 0, 3, 1, 3),
            BuiltinOperator.FullyConnected => new WeightAxes(op.Output.Rank - 1, 0, 1, 1, 2),
            _ => null,
        };
        return axes is not null && IsConstantFloat(op, axes.Weights) && IsConstantFloat(op, axes.Bias) ? axes : null;
    }

    private static bool IsConstantFloat(Operator op, int i) => i < op.Inputs.Count && op.Inputs[i] is { IsConstant: true, Type: TensorType.Float32 };
}
