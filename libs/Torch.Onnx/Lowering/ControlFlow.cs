using Torch.Onnx.Program;

namespace Torch.Onnx.Lowering;

/// <summary>Higher-order operators: If, Loop and Scan, and wrappers whose graph is taken in as it is.</summary>
internal static class ControlFlow
{
    private const string Prefix = "torch.ops.higher_order.";

    /// <summary>Operators and what they become, for docs/aten.md.</summary>
    public static IReadOnlyList<(string Target, string Onnx)> Targets { get; } =
    [
        ("higher_order.cond", "If"),
        ("higher_order.while_loop", "Loop"),
        ("higher_order.scan", "Scan"),
        ("higher_order.map_impl", "Scan"),
        ("higher_order.map", "Scan"),
        ("higher_order.associative_scan", "Scan"),
        ("higher_order.wrap_with_set_grad_enabled", "its graph"),
        ("higher_order.wrap_with_autocast", "its graph"),
        ("higher_order.wrap", "its graph"),
        ("higher_order.tag_activation_checkpoint", "its graph"),
        ("higher_order.strict_mode", "its graph"),
        ("higher_order.invoke_subgraph", "its graph"),
    ];

    public static void Lower(GraphLowering outer, Node node)
    {
        var call = new SubgraphCall(outer, node);
        switch (node.Target[Prefix.Length..])
        {
            case "cond":
                Branches.Lower(call);
                break;
            case "while_loop":
                Loops.While(call);
                break;
            case "scan":
                Loops.Scan(call);
                break;
            case "map_impl" or "map":
                Loops.Map(call);
                break;
            case "associative_scan":
                Loops.AssociativeScan(call);
                break;
            case "wrap_with_set_grad_enabled" or "wrap_with_autocast" or "wrap" or "tag_activation_checkpoint" or "strict_mode" or "invoke_subgraph":
                call.Inline();
                break;
            default:
                throw new LoweringException(BlockerReason.OperatorUnsupported, "this higher-order operator has no mapping", "Express it with torch.cond, while_loop, scan or map.");
        }
    }
}
