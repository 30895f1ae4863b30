using Onnx.Tflite.Ir;

namespace Onnx.Tflite.Layout;

/// <summary>Kernels that want channels last: convolutions, pools, resizing, normalisation over channels.</summary>
/// <param name="data">Which input is the activation.</param>
internal sealed class ChannelsLastRule(int data) : LayoutRule
{
    public override int[] Fixed(Operator op) => StoredOrder.ChannelsLast(op.Output.Rank);

    public override bool Allows(Operator op, int[] label) => StoredOrder.AreSame(label, Fixed(op));

    public override int[]? Input(Operator op, int i, int[] label) => i == data ? StoredOrder.ChannelsLast(op.Input(i).Rank) : AsWritten(op, i);

    public override int[] Output(Operator op, int i, int[] label) => StoredOrder.ChannelsLast(op.Outputs[i].Rank);

    public override int[]? FromInput(Operator op, int i, int[] order) => null;
}
