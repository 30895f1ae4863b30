using Onnx.Tflite.Ir;

namespace Onnx.Tflite.Layout;

/// <summary>Operators whose tensors are stored as ONNX has them.</summary>
internal sealed class CanonicalRule : LayoutRule
{
    public static CanonicalRule Instance { get; } = new();

    public override int[] Fixed(Operator op) => StoredOrder.Identity(op.Outputs.Count > 0 ? op.Output.Rank : 0);

    public override bool Allows(Operator op, int[] label) => StoredOrder.IsIdentity(label);

    public override int[]? Input(Operator op, int i, int[] label) => op.Inputs[i] is { } input ? StoredOrder.Identity(input.Rank) : null;

    public override int[] Output(Operator op, int i, int[] label) => StoredOrder.Identity(op.Outputs[i].Rank);

    public override int[]? FromInput(Operator op, int i, int[] order) => null;
}
