using Platform.Budgets;

namespace Onnx.Model.Analysis.Canonical;

/// <summary>Brings old forms of operators to those of opset 21, so that all later stages see one form each.</summary>
[DataTable("One row for each operator that had another form once: up to which opset, and what rewrites it.")]
internal static class Canonicalizer
{
    private static readonly Dictionary<string, (int Before, Func<Rewrite, IEnumerable<NodeProto>> Apply)> s_rewrites = new(StringComparer.Ordinal)
    {
        ["Add"] = (7, OldBroadcast.Apply),
        ["And"] = (7, OldBroadcast.Apply),
        ["BatchNormalization"] = (14, OldNormalization.BatchNormalization),
        ["Cast"] = (6, OldTypes.Cast),
        ["CastLike"] = (int.MaxValue, OldTypes.CastLike),
        ["Clip"] = (11, AttributesToInputs.Clip),
        ["Concat"] = (4, AttributesToInputs.Concat),
        ["DFT"] = (20, AttributesToInputs.Dft),
        ["Div"] = (7, OldBroadcast.Apply),
        ["Dropout"] = (int.MaxValue, OldNormalization.Dropout),
        ["Equal"] = (7, OldBroadcast.Apply),
        ["Greater"] = (7, OldBroadcast.Apply),
        ["GridSample"] = (20, OldTypes.GridSample),
        ["GroupNormalization"] = (21, OldNormalization.GroupNormalization),
        ["Hardmax"] = (13, OldSoftmax.Apply),
        ["Less"] = (7, OldBroadcast.Apply),
        ["LogSoftmax"] = (13, OldSoftmax.Apply),
        ["Mul"] = (7, OldBroadcast.Apply),
        ["Or"] = (7, OldBroadcast.Apply),
        ["PRelu"] = (7, OldBroadcast.PRelu),
        ["Pad"] = (11, AttributesToInputs.Pad),
        ["Pow"] = (7, OldBroadcast.Apply),
        ["ReduceL1"] = (18, AttributesToInputs.Reduce),
        ["ReduceL2"] = (18, AttributesToInputs.Reduce),
        ["ReduceLogSum"] = (18, AttributesToInputs.Reduce),
        ["ReduceLogSumExp"] = (18, AttributesToInputs.Reduce),
        ["ReduceMax"] = (18, AttributesToInputs.Reduce),
        ["ReduceMean"] = (18, AttributesToInputs.Reduce),
        ["ReduceMin"] = (18, AttributesToInputs.Reduce),
        ["ReduceProd"] = (18, AttributesToInputs.Reduce),
        ["ReduceSum"] = (13, AttributesToInputs.Reduce),
        ["ReduceSumSquare"] = (18, AttributesToInputs.Reduce),
        ["Reshape"] = (5, AttributesToInputs.Reshape),
        ["Resize"] = (11, OldResize.Resize10),
        ["RoiAlign"] = (16, OldTypes.RoiAlign),
        ["Scan"] = (9, OldTypes.Scan8),
        ["Scatter"] = (int.MaxValue, OldTypes.Scatter),
        ["Slice"] = (10, AttributesToInputs.Slice),
        ["Softmax"] = (13, OldSoftmax.Apply),
        ["Split"] = (18, AttributesToInputs.Split),
        ["Squeeze"] = (13, AttributesToInputs.Axes),
        ["Sub"] = (7, OldBroadcast.Apply),
        ["Tile"] = (6, OldTypes.Tile1),
        ["TopK"] = (10, AttributesToInputs.TopK),
        ["Unsqueeze"] = (13, AttributesToInputs.Axes),
        ["Upsample"] = (int.MaxValue, OldResize.Upsample),
        ["Xor"] = (7, OldBroadcast.Apply),
    };

    // Microsoft's domain repeats operators that the standard domain took up later.
    private static readonly HashSet<string> s_standardForms = new(StringComparer.Ordinal) { "DequantizeLinear", "Gelu", "GridSample", "QuantizeLinear", "Trilu" };

    /// <summary>The canonical nodes that take a node's place, in order.</summary>
    public static IEnumerable<NodeProto> Rewrite(AnalysisContext context, NodeProto node)
    {
        if (node.Domain == OnnxDomain.Microsoft && s_standardForms.Contains(node.OpType))
        {
            return [new NodeProto { OpType = node.OpType, Name = node.Name, Inputs = node.Inputs, Outputs = node.Outputs, Attributes = node.Attributes }];
        }

        if (node.Domain.Length > 0 || !s_rewrites.TryGetValue(node.OpType, out var rewrite))
        {
            return [node];
        }

        int opset = context.Opsets.Of(node.Domain);
        return opset < rewrite.Before ? rewrite.Apply(new Rewrite(context, node, opset)) : [node];
    }
}
