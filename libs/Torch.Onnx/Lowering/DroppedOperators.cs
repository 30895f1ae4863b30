using Platform.Budgets;

namespace Torch.Onnx.Lowering;

/// <summary>Operators that check or annotate and compute nothing.</summary>
[DataTable("Names of operators that are left out.")]
internal static class DroppedOperators
{
    private static readonly HashSet<string> s_targets = new(StringComparer.Ordinal)
    {
        "torch.ops.aten._assert_scalar.default",
        "torch.ops.aten._assert_tensor_metadata.default",
        "torch.ops.aten._assert_async.default",
        "torch.ops.aten._assert_async.msg",
        "torch.ops.aten.sym_constrain_range.default",
        "torch.ops.aten.sym_constrain_range_for_size.default",
        "torch.ops.aten._functional_assert_async.msg",
        "torch.ops.aten._functional_assert_scalar.default",
        "torch.ops.aten.record_stream.default",
        "torch.ops.profiler._record_function_enter_new.default",
        "torch.ops.profiler._record_function_exit._RecordFunction",
        "torch._C._set_grad_enabled",
        "torch.amp.autocast_mode._enter_autocast",
        "torch.amp.autocast_mode._exit_autocast",
        "torch._check",
        "torch.sym_constrain_range",
    };

    public static IReadOnlyCollection<string> Targets => s_targets;

    public static bool Contains(string target) => s_targets.Contains(target);
}
