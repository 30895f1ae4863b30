using Onnx.Tflite.Ir;

namespace Onnx.Tflite.Layout;

/// <summary>Operators that run in any order, the same for all their tensors of full rank; axes and parameters move along.</summary>
internal sealed class PointwiseRule(AxisParameters parameters) : LayoutRule
{
    public override bool Allows(Operator op, int[] label) => label.Length == op.Output.Rank && (parameters.CanMove(op) || StoredOrder.IsIdentity(label));

    public override int[]? Input(Operator op, int i, int[] label)
    {
        if (op.Inputs[i] is not { } input)
        {
            return null;
        }

        bool spreads = input.IsScalarLike && (input.IsConstant || input.Rank == 0);
        return !parameters.IsData(i) ? AsWritten(op, i) : input.Rank == label.Length && label.Length > 0 && !spreads ? label : AsWritten(op, i);
    }

    public override int[] Output(Operator op, int i, int[] label) => label;

    public override int[]? FromInput(Operator op, int i, int[] order) => parameters.IsData(i) && op.Input(i).Rank == order.Length && op.Output.Rank == order.Length && Allows(op, order) ? order : null;

    public override void Apply(Operator op, int[] label) => parameters.Move(op, label);
}
