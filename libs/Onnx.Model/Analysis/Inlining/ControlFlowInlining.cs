namespace Onnx.Model.Analysis.Inlining;

/// <summary>Replaces control flow whose course is known by the nodes that would run.</summary>
internal static class ControlFlowInlining
{
    /// <summary>Whether the node was replaced.</summary>
    public static bool TryInline(AnalysisContext context, NodeProto node) => node.Domain.Length == 0 && node.OpType switch
    {
        "If" => TryIf(context, node),
        "Loop" => LoopUnrolling.TryUnroll(context, node),
        "Scan" => ScanUnrolling.TryUnroll(context, node),
        _ => false,
    };

    /// <summary>Gives an inner value the name that the node's output has outside.</summary>
    public static void Rename(AnalysisContext context, string inner, string outer)
    {
        if (outer.Length > 0)
        {
            context.Emit(new NodeProto { OpType = "Identity", Name = outer, Inputs = { inner }, Outputs = { outer } });
        }
    }

    private static bool TryIf(AnalysisContext context, NodeProto node)
    {
        if (context.Find(node.Input(0))?.Constant is not { DataType: DataType.Bool, ElementCount: 1 } condition)
        {
            return false;
        }

        string branch = condition.Data.AsSpan()[0] != 0 ? "then_branch" : "else_branch";
        var body = node.Attribute(branch)?.Graph ?? throw new OnnxGraphException(GraphError.InvalidNode, $"attribute {branch} is missing");
        var outputs = BodyInlining.Inline(context, body, [], context.Session.Fresh(node.Name.Length > 0 ? node.Name : "If") + "/");
        if (outputs.Count < node.Outputs.Count)
        {
            throw new OnnxGraphException(GraphError.InvalidNode, $"{branch} gives {outputs.Count} values for {node.Outputs.Count} outputs");
        }

        for (int i = 0; i < node.Outputs.Count; i++)
        {
            Rename(context, outputs[i], node.Outputs[i]);
        }

        return true;
    }
}
