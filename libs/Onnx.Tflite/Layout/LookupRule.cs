using Onnx.Tflite.Ir;

namespace Onnx.Tflite.Layout;

/// <summary>GATHER out of a list: element by element of the indices, in whatever order they are stored.</summary>
internal sealed class LookupRule : LayoutRule
{
    public static bool IsLookup(Operator op) => op.Code == Schema.BuiltinOperator.Gather && op.Input(0).Rank == 1 && op.Input(1).Rank == op.Output.Rank;

    public override bool Allows(Operator op, int[] label) => label.Length == op.Output.Rank;

    public override int[]? Input(Operator op, int i, int[] label) => i == 1 && op.Input(1).Rank > 1 ? label : null;

    public override int[] Output(Operator op, int i, int[] label) => label;

    public override int[]? FromInput(Operator op, int i, int[] order) => i == 1 && Allows(op, order) ? order : null;
}
