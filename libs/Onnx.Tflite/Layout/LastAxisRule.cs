using Onnx.Tflite.Ir;

namespace Onnx.Tflite.Layout;

/// <summary>Operators that work along the last axis, or the last few, and do not care for the order of those before.</summary>
/// <param name="parameters">Which inputs are data.</param>
/// <param name="kept">How many axes at the end stay where they are.</param>
internal sealed class LastAxisRule(AxisParameters parameters, int kept) : LayoutRule
{
    public override bool Allows(Operator op, int[] label)
    {
        for (int i = Math.Max(label.Length - kept, 0); i < label.Length; i++)
        {
            if (label[i] != i)
            {
                return false;
            }
        }

        return label.Length == op.Output.Rank;
    }

    public override int[]? Input(Operator op, int i, int[] label) =>
        op.Inputs[i] is { } input && parameters.IsData(i) && input.Rank == label.Length ? label : op.Inputs[i] is null ? null : AsWritten(op, i);

    public override int[] Output(Operator op, int i, int[] label) => label;

    public override int[]? FromInput(Operator op, int i, int[] order) => parameters.IsData(i) && Allows(op, order) ? order : null;
}
