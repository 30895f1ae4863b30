using Platform.Budgets;

namespace Platform.Toolchains.Qnn;

/// <summary>
/// The keys of <c>--qnn_options</c> (AI Hub's names). The vendor's libraries take any key and any value in silence, so what
/// does not stand here with a value that is allowed is refused.
/// </summary>
[DataTable("One row a key: what the plug-in calls it, and the values that it may have.")]
public static class QnnOptionTable
{
    /// <summary>Handled by the step itself.</summary>
    public const string GraphNames = "context_enable_graphs";

    private static readonly string[] s_modes =
    [
        "EXTREME_POWER_SAVER", "LOW_POWER_SAVER", "POWER_SAVER", "HIGH_POWER_SAVER", "LOW_BALANCED", "BALANCED", "HIGH_PERFORMANCE", "SUSTAINED_HIGH_PERFORMANCE", "BURST", "DEFAULT",
    ];

    /// <summary>Keys that reach the plug-in, with its own name for each; an empty one needs no option there.</summary>
    public static IReadOnlyList<(string Key, string Provider, IReadOnlyList<string> Values)> Usable { get; } =
    [
        ("context_priority", "qnn_context_priority", ["LOW", "NORMAL", "NORMAL_HIGH", "HIGH"]),
        ("context_htp_performance_mode", "htp_performance_mode", s_modes),
        ("default_graph_htp_optimization_type", "", ["FINALIZE_OPTIMIZATION_FLAG"]),
        ("default_graph_htp_optimization_value", "htp_graph_finalization_optimization_mode", ["1", "2", "3"]),
        ("default_graph_htp_precision", "", ["FLOAT16"]),
        ("default_graph_htp_vtcm_size", "vtcm_mb", ["0", "1", "2", "4", "8"]),
    ];

    /// <summary>Keys that AI Hub knows and this toolchain cannot set.</summary>
    public static IReadOnlyList<string> OutOfReach { get; } =
    [
        "context_async_execution_queue_depth_numeric", "context_error_reporting_options_level", "context_error_reporting_options_storage_limit", "context_memory_limit_hint",
        "context_gpu_performance_hint", "context_gpu_use_gl_buffers", "default_graph_priority", "default_graph_gpu_precision", "default_graph_gpu_disable_memory_optimizations",
        "default_graph_gpu_disable_node_optimizations", "default_graph_gpu_disable_queue_recording", "default_graph_htp_disable_fold_relu_activation_into_conv",
        "default_graph_htp_num_hvx_threads", "default_graph_htp_disable_short_depth_conv_on_hmx", "default_graph_htp_optimizations",
    ];

    /// <summary>All keys.</summary>
    public static IReadOnlyList<string> Keys { get; } = [GraphNames, .. Usable.Select(row => row.Key), .. OutOfReach];
}
