using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Layout;

/// <summary>
/// A RESHAPE that splits or merges axes within groups lets the groups be stored in any order, as long as each group's own
/// axes stay together.
/// </summary>
internal sealed class ReshapeRule : LayoutRule
{
    public override bool Allows(Operator op, int[] label) =>
        label.Length == op.Output.Rank && (StoredOrder.IsIdentity(label) || (IsFree(op) && ReshapeGroups.Of(op.Output.Shape, op.Input(0).Shape).Carry(label) is not null));

    public override int[]? Input(Operator op, int i, int[] label) => i == 0 ? ReshapeGroups.Of(op.Output.Shape, op.Input(0).Shape).Carry(label) : AsWritten(op, i);

    public override int[] Output(Operator op, int i, int[] label) => label;

    public override int[]? FromInput(Operator op, int i, int[] order)
    {
        if (i != 0 || (!IsFree(op) && !StoredOrder.IsIdentity(order)) || ReshapeGroups.Of(op.Input(0).Shape, op.Output.Shape).Carry(order) is not { } label)
        {
            return null;
        }

        // The way back may place axes of size 1 elsewhere; the data is the same.
        return Input(op, 0, label) is { } back && StoredOrder.SameData(back, order, op.Input(0).Shape) ? label : null;
    }

    private static bool IsFree(Operator op) => op.Options is not ReshapeOptions { FromModel: true };
}
