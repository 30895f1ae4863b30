using Onnx.Tflite.Building;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;
using Platform.Budgets;

namespace Onnx.Tflite.Passes;

/// <summary>Limits of the kernels on the number of axes; LiteRT's source and XNNPACK's six are the facts behind them.</summary>
[DataTable("One row an operator.")]
internal static class MergeRules
{
    private const int Xnnpack = 6;

    private static readonly MergeRule s_broadcast = new BroadcastMerge(4);
    private static readonly MergeRule s_reduce = new ReduceMerge(4);
    private static readonly MergeRule s_rows = new RowsMerge(4);

    private static readonly Dictionary<BuiltinOperator, MergeRule?> s_rules = new()
    {
        [BuiltinOperator.ArgMax] = null,
        [BuiltinOperator.ArgMin] = null,
        [BuiltinOperator.BatchMatmul] = null,
        [BuiltinOperator.BroadcastTo] = null,
        [BuiltinOperator.Concatenation] = new ConcatMerge(Xnnpack),
        [BuiltinOperator.Conv3d] = null,
        [BuiltinOperator.Cumsum] = null,
        [BuiltinOperator.DynamicUpdateSlice] = null,
        [BuiltinOperator.Fill] = null,
        [BuiltinOperator.FullyConnected] = null,
        [BuiltinOperator.Gather] = null,
        [BuiltinOperator.GatherNd] = null,
        [BuiltinOperator.If] = null,
        [BuiltinOperator.LogSoftmax] = s_rows,
        [BuiltinOperator.Mean] = s_reduce,
        [BuiltinOperator.MirrorPad] = null,
        [BuiltinOperator.NonMaxSuppressionV4] = null,
        [BuiltinOperator.OneHot] = null,
        [BuiltinOperator.Pad] = new PadMerge(5),
        [BuiltinOperator.Padv2] = new PadMerge(5),
        [BuiltinOperator.Range] = null,
        [BuiltinOperator.ReduceAll] = s_reduce,
        [BuiltinOperator.ReduceAny] = s_reduce,
        [BuiltinOperator.ReduceMax] = s_reduce,
        [BuiltinOperator.ReduceMin] = s_reduce,
        [BuiltinOperator.ReduceProd] = s_reduce,
        [BuiltinOperator.Reshape] = null,
        [BuiltinOperator.ReverseSequence] = null,
        [BuiltinOperator.ReverseV2] = null,
        [BuiltinOperator.ScatterNd] = null,
        [BuiltinOperator.Shape] = null,
        [BuiltinOperator.Slice] = new SliceMerge(5),
        [BuiltinOperator.Softmax] = s_rows,
        [BuiltinOperator.Split] = null,
        [BuiltinOperator.SplitV] = null,
        [BuiltinOperator.StridedSlice] = new StridedSliceMerge(5),
        [BuiltinOperator.Sum] = s_reduce,
        [BuiltinOperator.Tile] = null,
        [BuiltinOperator.TopkV2] = null,
        [BuiltinOperator.Transpose] = null,
        [BuiltinOperator.Unique] = null,
        [BuiltinOperator.Where] = null,
        [BuiltinOperator.While] = null,
    };

    /// <summary>The rule of an operator; null for those that take any number of axes. What is not listed works element by element.</summary>
    public static MergeRule? Of(Operator op) => op.Outputs.Count == 0 ? null : s_rules.TryGetValue(op.Code, out var rule) ? rule : s_broadcast;
}

/// <summary>Element by element: axes merge where every operand has both, or neither.</summary>
internal sealed class BroadcastMerge(int limit) : MergeRule(limit)
{
    // Operands of one shape need no broadcasting, and any kernel walks them as a row.
    public override bool Exceeds(Operator op) => Rank(op) > (Broadcasts(op) ? Limit : 6);

    // Axes of size 1 tell nothing: the one before that counts is the last of another size.
    public override bool Joins(Operator op, int axis)
    {
        var shape = op.Output.Shape;
        int before = Array.FindLastIndex(shape, axis - 1, dim => dim != 1);
        return shape[axis] == 1 || before < 0
            || op.Inputs.OfType<Tensor>().Where(input => input.Rank == op.Output.Rank).All(input => (input.Shape[axis] == shape[axis]) == (input.Shape[before] == shape[before]));
    }

    private static bool Broadcasts(Operator op) => op.Inputs.OfType<Tensor>().Any(input => !input.IsScalarLike && !input.Shape.AsSpan().SequenceEqual(op.Output.Shape));
}

/// <summary>Reductions: axes merge where both are reduced, or neither.</summary>
internal sealed class ReduceMerge(int limit) : MergeRule(limit)
{
    public override int Rank(Operator op) => op.Input(0).Rank;

    public override bool Exceeds(Operator op) => base.Exceeds(op) && op.Input(1).IsConstant && op.Options is ReducerOptions { KeepDims: true };

    public override bool IsData(Operator op, int input) => input == 0;

    public override bool Joins(Operator op, int axis)
    {
        int[] axes = ConstantTensors.ReadInt32s(op.Input(1));
        return axes.Contains(axis) == axes.Contains(axis - 1);
    }

    public override void Apply(Operator op, int[] groups)
    {
        int[] axes = ConstantTensors.ReadInt32s(op.Input(1));
        op.SetInput(1, ConstantTensors.Int32s(op.Input(1).Name, [.. Enumerable.Range(0, groups.Length).Where(i => axes.Contains(groups[i]))]));
    }
}

/// <summary>Operators over the last axis: all others are rows.</summary>
internal sealed class RowsMerge(int limit) : MergeRule(limit)
{
    public override bool Joins(Operator op, int axis) => axis < op.Output.Rank - 1;
}

/// <summary>CONCATENATION: axes before the joined one merge, and those after it.</summary>
internal sealed class ConcatMerge(int limit) : MergeRule(limit)
{
    public override bool Joins(Operator op, int axis)
    {
        int joined = ((ConcatenationOptions)op.Options).Axis;
        return axis < joined || axis > joined + 1;
    }

    public override void Apply(Operator op, int[] groups) =>
        op.Options = new ConcatenationOptions(Array.IndexOf(groups, groups.Last(first => first <= ((ConcatenationOptions)op.Options).Axis)));
}

/// <summary>PAD: unpadded axes merge with each other.</summary>
internal sealed class PadMerge(int limit) : MergeRule(limit)
{
    public override bool Exceeds(Operator op) => base.Exceeds(op) && op.Input(1).IsConstant;

    public override bool IsData(Operator op, int input) => input == 0;

    public override bool Joins(Operator op, int axis)
    {
        int[] pads = ConstantTensors.ReadInt32s(op.Input(1));
        return pads.AsSpan((axis - 1) * 2, 4).IndexOfAnyExcept(0) < 0;
    }

    public override void Apply(Operator op, int[] groups)
    {
        int[] pads = ConstantTensors.ReadInt32s(op.Input(1));
        int[] merged = [.. groups.SelectMany(axis => new[] { pads[axis * 2], pads[(axis * 2) + 1] })];
        op.SetInput(1, ConstantTensors.Of<int>(op.Input(1).Name, TensorType.Int32, [groups.Length, 2], merged));
    }
}

/// <summary>SLICE: axes that are taken whole merge with each other.</summary>
internal sealed class SliceMerge(int limit) : MergeRule(limit)
{
    public override bool Exceeds(Operator op) => base.Exceeds(op) && op.Input(1).IsConstant && op.Input(2).IsConstant;

    public override bool IsData(Operator op, int input) => input == 0;

    public override bool Joins(Operator op, int axis) => IsWhole(op, axis) && IsWhole(op, axis - 1);

    public override void Apply(Operator op, int[] groups)
    {
        int[] begin = ConstantTensors.ReadInt32s(op.Input(1)), size = ConstantTensors.ReadInt32s(op.Input(2));
        var shape = op.Input(0).Shape;
        op.SetInput(1, ConstantTensors.Int32s(op.Input(1).Name, [.. groups.Select(axis => begin[axis])]));
        op.SetInput(2, ConstantTensors.Int32s(op.Input(2).Name, [.. groups.Select((axis, i) => IsSingle(groups, i, begin.Length) ? size[axis] : (int)shape[i].ValueOrMinusOne)]));
    }

    private static bool IsSingle(int[] groups, int i, int rank) => (i + 1 < groups.Length ? groups[i + 1] : rank) - groups[i] == 1;

    private static bool IsWhole(Operator op, int axis) => op.Input(0).Shape[axis] == op.Output.Shape[axis];
}

/// <summary>STRIDED_SLICE: axes that are taken whole and forwards merge with each other.</summary>
internal sealed class StridedSliceMerge(int limit) : MergeRule(limit)
{
    public override bool Exceeds(Operator op) => base.Exceeds(op) && Enumerable.Range(1, 3).All(i => op.Input(i).IsConstant);

    public override bool IsData(Operator op, int input) => input == 0;

    public override bool Joins(Operator op, int axis) => IsWhole(op, axis) && IsWhole(op, axis - 1);

    public override void Apply(Operator op, int[] groups)
    {
        int[] begin = ConstantTensors.ReadInt32s(op.Input(1)), end = ConstantTensors.ReadInt32s(op.Input(2)), stride = ConstantTensors.ReadInt32s(op.Input(3));
        var options = (StridedSliceOptions)op.Options;
        int beginMask = 0, endMask = 0;
        for (int i = 0; i < groups.Length; i++)
        {
            bool merged = (i + 1 < groups.Length ? groups[i + 1] : begin.Length) - groups[i] > 1;
            beginMask |= merged ? 1 << i : ((options.BeginMask >> groups[i]) & 1) << i;
            endMask |= merged ? 1 << i : ((options.EndMask >> groups[i]) & 1) << i;
        }

        op.Options = new StridedSliceOptions(beginMask, endMask);
        op.SetInput(1, ConstantTensors.Int32s(op.Input(1).Name, [.. groups.Select(axis => begin[axis])]));
        op.SetInput(2, ConstantTensors.Int32s(op.Input(2).Name, [.. groups.Select(axis => end[axis])]));
        op.SetInput(3, ConstantTensors.Int32s(op.Input(3).Name, [.. groups.Select(axis => stride[axis])]));
    }

    private static bool IsWhole(Operator op, int axis) => op.Input(0).Shape[axis] == op.Output.Shape[axis] && ConstantTensors.ReadInt32s(op.Input(3))[axis] == 1;
}
