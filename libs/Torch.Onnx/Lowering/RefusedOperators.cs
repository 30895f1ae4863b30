using Platform.Budgets;

namespace Torch.Onnx.Lowering;

/// <summary>Operators that are refused for a reason of their own, not for want of a mapping.</summary>
[DataTable("Names of operators with the reason why each is refused.")]
internal static class RefusedOperators
{
    /// <summary>Rows of reason, sentence, advice and names; a trailing underscore (in place) is left out of the names.</summary>
    public static IReadOnlyList<(BlockerReason Reason, string Message, string Advice, string[] Names)> Rows { get; } =
    [
        (BlockerReason.Random, "its result is random, and a converted model must give what the program gives", "Pass random numbers in as an input, or take them out of the model's forward.",
            ["rand", "rand_like", "randn", "randn_like", "randint", "randint_like", "randperm", "bernoulli", "multinomial", "normal", "normal_functional", "uniform", "poisson", "binomial",
            "exponential", "geometric", "cauchy", "log_normal", "random", "rrelu_with_noise", "_sample_dirichlet", "_standard_gamma", "fractional_max_pool2d", "fractional_max_pool3d"]),
        (BlockerReason.TrainingMode, "it computes gradients, which only training needs", "Export the model in eval mode, without an optimizer or a loss that is differentiated.",
            ["convolution_backward", "native_layer_norm_backward", "native_group_norm_backward", "native_batch_norm_backward", "embedding_dense_backward", "max_pool2d_with_indices_backward",
            "avg_pool2d_backward", "_adaptive_avg_pool2d_backward", "threshold_backward", "native_dropout_backward", "_softmax_backward_data", "_log_softmax_backward_data", "gelu_backward",
            "batch_norm_gather_stats", "batch_norm_gather_stats_with_counts", "batch_norm_stats", "batch_norm_update_stats"]),
        (BlockerReason.LayoutUnsupported, "it works on sparse tensors, which ONNX lacks", "Make the tensor dense (to_dense) in the model.",
            ["to_sparse", "to_dense", "sparse_coo_tensor", "coalesce", "indices", "values", "smm", "sspaddmm", "hspmm", "_sparse_mm"]),
    ];

    private static readonly Dictionary<string, (BlockerReason Reason, string Message, string Advice)> s_byName =
        Rows.SelectMany(row => row.Names, (row, name) => (name, row)).ToDictionary(pair => pair.name, pair => (pair.row.Reason, pair.row.Message, pair.row.Advice), StringComparer.Ordinal);

    /// <summary>Why an operator is refused; null when it is not one of these.</summary>
    /// <param name="name">The operator's name with library and overload.</param>
    public static LoweringException? Find(string name)
    {
        string[] parts = name.Split('.');
        string plain = parts.Length > 1 ? parts[1].EndsWith('_') && !parts[1].EndsWith("__", StringComparison.Ordinal) ? parts[1][..^1] : parts[1] : name;
        return parts[0] == "aten" && s_byName.TryGetValue(plain, out var row) ? new LoweringException(row.Reason, row.Message, row.Advice) : null;
    }
}
