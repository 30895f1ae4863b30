using Onnx.Tflite.Building;
using Onnx.Tflite.Ir;

namespace Onnx.Tflite.Layout;

/// <summary>ARG_MAX and ARG_MIN: the axis they search is not in the result. Here the label is the operand's order.</summary>
internal sealed class DropAxisRule : LayoutRule
{
    public override int[] Initial(Operator op) => StoredOrder.Identity(op.Input(0).Rank);

    public override bool Allows(Operator op, int[] label) => label.Length == op.Input(0).Rank;

    public override int[]? Input(Operator op, int i, int[] label) => i == 0 ? label : null;

    public override int[] Output(Operator op, int i, int[] label)
    {
        int axis = Axis(op);
        return [.. label.Where(a => a != axis).Select(a => a > axis ? a - 1 : a)];
    }

    public override int[]? FromInput(Operator op, int i, int[] order) => i == 0 ? order : null;

    // Where the searched axis goes is open; as ONNX has it when the rest is so, otherwise last, where kernels are fastest.
    public override int[]? FromOutput(Operator op, int i, int[] order)
    {
        int axis = Axis(op);
        return StoredOrder.IsIdentity(order) ? Initial(op) : [.. order.Select(a => a >= axis ? a + 1 : a), axis];
    }

    public override void Apply(Operator op, int[] label) => op.SetInput(1, ConstantTensors.Int32(op.Input(1).Name, Array.IndexOf(label, Axis(op))));

    private static int Axis(Operator op) => ConstantTensors.ReadInt32s(op.Input(1))[0];
}
