using Onnx.Tflite.Building;
using Onnx.Tflite.Ir;

namespace Onnx.Tflite.Layout;

/// <summary>A TRANSPOSE of the source only renames axes: the same stored data, read with other logical axes.</summary>
internal sealed class TransposeRule : LayoutRule
{
    public override bool Allows(Operator op, int[] label) => label.Length == op.Output.Rank;

    // Result axis k is operand axis order[k].
    public override int[]? Input(Operator op, int i, int[] label) => i == 0 ? StoredOrder.Apply(label, Order(op)) : null;

    public override int[] Output(Operator op, int i, int[] label) => label;

    public override int[]? FromInput(Operator op, int i, int[] order) => i == 0 ? StoredOrder.Apply(order, StoredOrder.Inverse(Order(op))) : null;

    public static int[] Order(Operator op) => ConstantTensors.ReadInt32s(op.Input(1));
}
