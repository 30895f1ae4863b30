using Onnx.Tflite.Building;
using Onnx.Tflite.Ir;

namespace Onnx.Tflite.Layout;

/// <summary>ARG_MAX and ARG_MIN: the axis they search is not in the result.</summary>
internal sealed class DropAxisRule : LayoutRule
{
    public override bool Allows(Operator op, int[] label) => label.Length == op.Output.Rank;

    public override int[]? Input(Operator op, int i, int[] label) => i == 0 ? Insert(label, Axis(op)) : null;

    public override int[] Output(Operator op, int i, int[] label) => label;

    public override int[]? FromInput(Operator op, int i, int[] order)
    {
        int axis = Axis(op);
        return i == 0 ? [.. order.Where(a => a != axis).Select(a => a > axis ? a - 1 : a)] : null;
    }

    public override void Apply(Operator op, int[] label) =>
        op.SetInput(1, ConstantTensors.Int32(op.Input(1).Name, Array.IndexOf(Insert(label, Axis(op)), Axis(op))));

    private static int Axis(Operator op) => ConstantTensors.ReadInt32s(op.Input(1))[0];

    // The searched axis is stored last, where the kernels are fastest.
    private static int[] Insert(int[] label, int axis) => [.. label.Select(a => a >= axis ? a + 1 : a), axis];
}
