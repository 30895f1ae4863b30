using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Passes;

/// <summary>An operator that gives x * factor + offset, with one of each a channel.</summary>
internal sealed record AffineStep(Tensor Operand, float[] Factor, float[] Offset)
{
    /// <summary>Reads an operator; null when it is none of the kind.</summary>
    public static AffineStep? TryRead(Operator op, int axis)
    {
        if (op.Options is not ActivationOptions { Activation: Activation.None } || op.Inputs.Count != 2 || op.Output.Type != TensorType.Float32 || axis >= op.Output.Rank || !op.Output.Shape[axis].IsKnown)
        {
            return null;
        }

        bool constantLeft = op.Input(0).IsConstant;
        var operand = op.Input(constantLeft ? 1 : 0);
        var values = ChannelConstant.TryRead(op.Input(constantLeft ? 0 : 1), op.Output.Rank, axis, op.Output.Shape[axis].Value);
        if (values is null || operand.IsConstant || !operand.Shape.AsSpan().SequenceEqual(op.Output.Shape))
        {
            return null;
        }

        float[] ones = Filled(values.Length, 1), zeros = new float[values.Length];
        return op.Code switch
        {
            BuiltinOperator.Add => new AffineStep(operand, ones, values),
            BuiltinOperator.Sub when constantLeft => new AffineStep(operand, Filled(values.Length, -1), values),
            BuiltinOperator.Sub => new AffineStep(operand, ones, Array.ConvertAll(values, value => -value)),
            BuiltinOperator.Mul => new AffineStep(operand, values, zeros),
            BuiltinOperator.Div when !constantLeft && !values.Contains(0) => new AffineStep(operand, Array.ConvertAll(values, value => 1 / value), zeros),
            _ => null,
        };
    }

    private static float[] Filled(int length, float value)
    {
        float[] result = new float[length];
        result.AsSpan().Fill(value);
        return result;
    }
}
