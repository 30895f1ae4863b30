using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;
using Platform.Budgets;

namespace Onnx.Tflite.Layout;

/// <summary>The layout rule of each operator; what is not listed works element by element.</summary>
[DataTable("One row an operator that is not plainly element by element.")]
internal static class LayoutRules
{
    private static readonly LayoutRule s_pointwise = new PointwiseRule(AxisParameters.NoAxes);
    private static readonly LayoutRule s_image = new ChannelsLastRule(0);
    private static readonly LayoutRule s_reduction = new PointwiseRule(new ConstantAxes(0, 1));
    private static readonly LayoutRule s_canonical = CanonicalRule.Instance;
    private static readonly LayoutRule s_lookup = new LookupRule();
    private static readonly LayoutRule s_lastAxis = new LastAxisRule(new ConstantVectors(), 1);

    private static readonly Dictionary<BuiltinOperator, LayoutRule> s_rules = new()
    {
        [BuiltinOperator.ArgMax] = new DropAxisRule(),
        [BuiltinOperator.ArgMin] = new DropAxisRule(),
        [BuiltinOperator.AveragePool2d] = s_image,
        [BuiltinOperator.BatchMatmul] = new LastAxisRule(AxisParameters.NoAxes, 2),
        [BuiltinOperator.BroadcastTo] = new PointwiseRule(new ConstantVectors(1)),
        [BuiltinOperator.Concatenation] = new PointwiseRule(new OptionAxes(int.MaxValue)),
        [BuiltinOperator.Conv2d] = s_image,
        [BuiltinOperator.Conv3d] = s_image,
        [BuiltinOperator.Cumsum] = new PointwiseRule(new ConstantAxes(0, 1)),
        [BuiltinOperator.DepthToSpace] = s_image,
        [BuiltinOperator.DepthwiseConv2d] = s_image,
        [BuiltinOperator.DynamicUpdateSlice] = s_canonical,
        [BuiltinOperator.Fill] = s_canonical,
        [BuiltinOperator.FullyConnected] = new LastAxisRule(new ConstantVectors(), 1),
        [BuiltinOperator.Gather] = new PointwiseRule(new OptionAxes(1)),
        [BuiltinOperator.GatherNd] = s_canonical,
        [BuiltinOperator.If] = s_canonical,
        [BuiltinOperator.L2Normalization] = s_lastAxis,
        [BuiltinOperator.L2Pool2d] = s_image,
        [BuiltinOperator.LocalResponseNormalization] = s_image,
        [BuiltinOperator.LogSoftmax] = s_lastAxis,
        [BuiltinOperator.MaxPool2d] = s_image,
        [BuiltinOperator.Mean] = s_reduction,
        [BuiltinOperator.MirrorPad] = new PointwiseRule(new ConstantVectors(1)),
        [BuiltinOperator.NonMaxSuppressionV4] = s_canonical,
        [BuiltinOperator.OneHot] = s_canonical,
        [BuiltinOperator.Pad] = new PointwiseRule(new ConstantVectors(1)),
        [BuiltinOperator.Padv2] = new PointwiseRule(new ConstantVectors(1)),
        [BuiltinOperator.Range] = s_canonical,
        [BuiltinOperator.ReduceAll] = s_reduction,
        [BuiltinOperator.ReduceAny] = s_reduction,
        [BuiltinOperator.ReduceMax] = s_reduction,
        [BuiltinOperator.ReduceMin] = s_reduction,
        [BuiltinOperator.ReduceProd] = s_reduction,
        [BuiltinOperator.Reshape] = new ReshapeRule(),
        [BuiltinOperator.ResizeBilinear] = s_image,
        [BuiltinOperator.ResizeNearestNeighbor] = s_image,
        [BuiltinOperator.ReverseSequence] = new PointwiseRule(new OptionAxes(1)),
        [BuiltinOperator.ReverseV2] = new PointwiseRule(new ConstantAxes(0, 1)),
        [BuiltinOperator.ScatterNd] = s_canonical,
        [BuiltinOperator.Shape] = s_canonical,
        [BuiltinOperator.Slice] = new PointwiseRule(new ConstantVectors(1, 2)),
        [BuiltinOperator.Softmax] = s_lastAxis,
        [BuiltinOperator.SpaceToDepth] = s_image,
        [BuiltinOperator.Split] = new PointwiseRule(new ConstantAxes(1, 0)),
        [BuiltinOperator.SplitV] = new PointwiseRule(new ConstantAxes(0, 2)),
        [BuiltinOperator.StridedSlice] = new PointwiseRule(new ConstantVectors(1, 2, 3)),
        [BuiltinOperator.Sum] = s_reduction,
        [BuiltinOperator.Tile] = new PointwiseRule(new ConstantVectors(1)),
        [BuiltinOperator.TopkV2] = s_lastAxis,
        [BuiltinOperator.Transpose] = new TransposeRule(),
        [BuiltinOperator.TransposeConv] = new ChannelsLastRule(2),
        [BuiltinOperator.Unique] = s_canonical,
        [BuiltinOperator.Where] = s_canonical,
        [BuiltinOperator.While] = s_canonical,
    };

    public static LayoutRule Of(Operator op) => LookupRule.IsLookup(op) ? s_lookup : s_rules.GetValueOrDefault(op.Code, s_pointwise);
}
