using Onnx.Tflite.Building;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Layout;

/// <summary>Axes in a constant input: reductions, SPLIT, SPLIT_V, CUMSUM, REVERSE_V2.</summary>
/// <param name="data">Which input is the data.</param>
/// <param name="axes">Which input holds the axes.</param>
internal sealed class ConstantAxes(int data, int axes) : AxisParameters
{
    public override bool IsData(int input) => input == data;

    public override bool CanMove(Operator op) => op.Input(axes).IsConstant;

    public override void Move(Operator op, int[] label)
    {
        int[] stored = StoredOrder.Inverse(label);
        var parameter = op.Input(axes);
        int[] moved = Array.ConvertAll(ConstantTensors.ReadInt32s(parameter), axis => stored[axis]);
        Array.Sort(moved);
        op.SetInput(axes, ConstantTensors.Of<int>(parameter.Name, TensorType.Int32, parameter.Dims, moved));
    }
}

/// <summary>An axis among the options: CONCATENATION, GATHER, REVERSE_SEQUENCE.</summary>
internal sealed class OptionAxes(int dataInputs) : AxisParameters
{
    public override bool IsData(int input) => input < dataInputs;

    public override bool CanMove(Operator op) => op.Options is not GatherOptions || (op.Input(1).Rank == 1 && ((GatherOptions)op.Options).BatchDims == 0);

    public override void Move(Operator op, int[] label)
    {
        int[] stored = StoredOrder.Inverse(label);
        op.Options = op.Options switch
        {
            ConcatenationOptions concat => new ConcatenationOptions(stored[concat.Axis]),
            GatherOptions gather => gather with { Axis = stored[gather.Axis] },
            ReverseSequenceOptions reverse => new ReverseSequenceOptions(stored[reverse.SequenceAxis], stored[reverse.BatchAxis]),
            var other => throw new InvalidOperationException($"{other} names no axis"),
        };
    }
}

/// <summary>One entry (or row) for each axis in constant inputs: SLICE, PAD, TILE, BROADCAST_TO and the like.</summary>
/// <param name="vectors">The inputs that hold them.</param>
internal sealed class ConstantVectors(params int[] vectors) : AxisParameters
{
    public override bool IsData(int input) => input == 0;

    public override bool CanMove(Operator op) => Array.TrueForAll(vectors, input => op.Input(input).IsConstant);

    public override void Move(Operator op, int[] label)
    {
        foreach (int input in vectors)
        {
            var parameter = op.Input(input);
            int[] values = ConstantTensors.ReadInt32s(parameter);
            int width = values.Length / Math.Max(label.Length, 1);
            int[] moved = [.. label.SelectMany(axis => values.AsSpan(axis * width, width).ToArray())];
            op.SetInput(input, ConstantTensors.Of<int>(parameter.Name, TensorType.Int32, parameter.Dims, moved));
        }

        if (op.Options is StridedSliceOptions slice)
        {
            op.Options = new StridedSliceOptions(Mask(slice.BeginMask, label), Mask(slice.EndMask, label), Mask(slice.ShrinkMask, label));
        }
    }

    private static int Mask(int mask, int[] label)
    {
        int moved = 0;
        for (int k = 0; k < label.Length; k++)
        {
            moved |= ((mask >> label[k]) & 1) << k;
        }

        return moved;
    }
}
