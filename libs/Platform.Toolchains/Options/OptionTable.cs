using Platform.Budgets;
using Platform.Toolchains.Qnn;

namespace Platform.Toolchains.Options;

/// <summary>Every option of every job type (AI Hub's names and values, and our own additions, which say so).</summary>
[DataTable("The option table: one row an option, read top to bottom.")]
public static class OptionTable
{
    private const JobKinds C = JobKinds.Compile;
    private const JobKinds Q = JobKinds.Quantize;
    private const JobKinds L = JobKinds.Link;
    private const JobKinds P = JobKinds.Profile;
    private const JobKinds I = JobKinds.Inference;

    private static readonly string[] s_qnnTargets = ["qnn_dlc", "qnn_context_binary", "precompiled_qnn_onnx", "qnn_lib_aarch64_android"];

    private static readonly string[] s_runtimes = [.. Enumerable.Range(5, 18).Select(minor => $"2.{minor}")];

    /// <summary>All options, in the order in which they are documented.</summary>
    public static IReadOnlyList<OptionDefinition> All { get; } =
    [
        Row("target_runtime", C, OptionKind.Choice, "What to produce.", null, [.. TargetRuntime.Names]),
        Row("compute_unit", C | P | I, OptionKind.Choices, "Compute units that may be used; order does not matter.", "all", ["all", "npu", "gpu", "cpu"]),
        Row("qairt_version", C | L | P | I, OptionKind.Text, "QAIRT version: major.minor, default or latest.", "default"),
        Row("output_names", C, OptionKind.Names, "New names of the outputs, one for every output."),
        Row("truncate_64bit_io", C, OptionKind.Flag, "Make int64 inputs and outputs int32.", "false"),
        Row("truncate_64bit_tensors", C, OptionKind.Flag, "Make int64 tensors inside the graph int32.", "false"),
        Row("force_channel_last_input", C, OptionKind.Names, "Inputs that the product takes channel-last.") with { Targets = ["tflite", .. s_qnnTargets] },
        Row("force_channel_last_output", C, OptionKind.Names, "Outputs that the product gives channel-last.") with { Targets = ["tflite", .. s_qnnTargets] },
        Row("onnx_opset", C, OptionKind.Int, "Operator set of the ONNX model that a .pt2 becomes (ours).", "21") with { Minimum = 17, Maximum = 21 },
        Row("pt2_program", C, OptionKind.Text, "Which program of a .pt2 with several (ours)."),
        Row("quantize_io", C, OptionKind.Flag, "Make quantized inputs and outputs integers.", "false"),
        Row("quantize_io_type", C, OptionKind.Choice, "Integer type of quantized inputs and outputs.", null, ["int8", "uint8", "int16", "uint16"]),
        Row("min_runtime", C, OptionKind.Choice, "The oldest TensorFlow Lite runtime that the product must run on (ours).", "2.17", s_runtimes) with { Targets = ["tflite"] },
        Row("qnn_options", C | L | P | I, OptionKind.Nested, "Options of the QNN runtime, key=value;key=value.", null, [.. QnnOptionTable.Keys]),
        Row("qnn_graph_name", C, OptionKind.Text, "Older spelling of --qnn_options context_enable_graphs.") with { Targets = s_qnnTargets },
        Row("qnn_context_binary_vtcm", C | L, OptionKind.Choice, "Older spelling of --qnn_options default_graph_htp_vtcm_size.", null, ["0", "1", "2", "4", "8"]) with { Targets = s_qnnTargets },
        Row("qnn_context_binary_optimization_level", C | L, OptionKind.Choice, "Older spelling of --qnn_options default_graph_htp_optimization_value.", null, ["1", "2", "3"]) with { Targets = s_qnnTargets },
        Row("embed_in_onnx", C | L, OptionKind.Flag, "Put the context binary into one ONNX file; a zip of both without it.", "false") with { Targets = ["precompiled_qnn_onnx"] },
        Row("weight_sharing", L, OptionKind.Flag, "Let the graphs of a linked binary share weights (ours); one graph has nobody to share with.", "true"),
        Row("allow_parity_mismatch", C, OptionKind.Flag, "Succeed even when the product's outputs differ too much (ours).", "false"),
        Row("allow_float32_for_float16", C, OptionKind.Flag, "Compute float16 networks in float32, which rounds less than the source (ours).", "false") with { Targets = ["tflite"] },
        Row("max_profiler_iterations", P | I, OptionKind.Int, "Timed iterations.", "100") with { Minimum = 1, Maximum = 20_000 },
        Row("max_profiler_time", P | I, OptionKind.Number, "Longest time for the timed iterations, seconds.", "600") with { Minimum = 1, Maximum = 3600 },
        Row("dequantize_outputs", P | I, OptionKind.Flag, "Turn quantized outputs into floats.", "true"),
        Row("range_scheme", Q, OptionKind.Choice, "How activation ranges are found.", "auto", ["auto", "mse_minimizer", "min_max"]),
    ];

    /// <summary>The option of that name, or null.</summary>
    public static OptionDefinition? Find(string name) => All.FirstOrDefault(option => option.Name == name);

    private static OptionDefinition Row(string name, JobKinds jobs, OptionKind kind, string help, string? defaultValue = null, string[]? values = null) =>
        new(name, jobs, kind, values ?? [], defaultValue, help, []);
}
