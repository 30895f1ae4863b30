using Platform.Budgets;

namespace Platform.Toolchains;

/// <summary>The values of <c>--target_runtime</c> and the model form each one asks for.</summary>
[DataTable("Names of AI Hub's target runtimes, read by options, planner and docs.")]
public static class TargetRuntime
{
    private static readonly (string Name, ModelForm Form, string Extension)[] s_all =
    [
        ("tflite", ModelForm.Tflite, ".tflite"),
        ("onnx", ModelForm.Onnx, ".onnx"),
        ("qnn_dlc", ModelForm.QnnDlc, ".dlc"),
        ("qnn_context_binary", ModelForm.QnnContextBinary, ".bin"),
        ("precompiled_qnn_onnx", ModelForm.PrecompiledQnnOnnx, ".onnx.zip"),
        ("qnn_lib_aarch64_android", ModelForm.QnnLibAarch64Android, ".so"),
    ];

    /// <summary>All names, in the order in which they are documented.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. s_all.Select(entry => entry.Name)];

    /// <summary>The form that a runtime runs; <see cref="ModelForm.Unknown"/> for an unknown name.</summary>
    public static ModelForm FormOf(string name) => s_all.FirstOrDefault(entry => entry.Name == name).Form;

    /// <summary>The runtime of a form; null where no runtime takes it directly.</summary>
    public static string? NameOf(ModelForm form) => s_all.FirstOrDefault(entry => entry.Form == form).Name;

    /// <summary>The file ending of a form, with its dot; empty where it has none of its own.</summary>
    public static string ExtensionOf(ModelForm form) => s_all.FirstOrDefault(entry => entry.Form == form).Extension ?? "";

    /// <summary>The runtime that a file name asks for by its ending; null where there is none.</summary>
    public static string? FromFileName(string path) =>
        s_all.OrderByDescending(entry => entry.Extension.Length)
            .FirstOrDefault(entry => path.EndsWith(entry.Extension, StringComparison.OrdinalIgnoreCase)).Name;
}
