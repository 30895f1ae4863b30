using Platform.Budgets;

namespace Platform.Toolchains;

/// <summary>The values of <c>--target_runtime</c> and the model form each one asks for.</summary>
[DataTable("Names of AI Hub's target runtimes, read by options, planner and docs.")]
public static class TargetRuntime
{
    private static readonly Entry[] s_all =
    [
        new("tflite", ModelForm.Tflite, ".tflite"),
        new("onnx", ModelForm.Onnx, ".onnx"),
        new("qnn_dlc", ModelForm.QnnDlc, ".dlc"),
        new("qnn_context_binary", ModelForm.QnnContextBinary, ".bin"),
        new("precompiled_qnn_onnx", ModelForm.PrecompiledQnnOnnx, ".onnx.zip"),
        new("qnn_lib_aarch64_android", ModelForm.QnnLibAarch64Android, ".so"),
    ];

    /// <summary>All names, in the order in which they are documented.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. s_all.Select(entry => entry.Name)];

    /// <summary>The form that a runtime runs; <see cref="ModelForm.Unknown"/> for an unknown name.</summary>
    public static ModelForm FormOf(string name) => Array.Find(s_all, entry => entry.Name == name)?.Form ?? ModelForm.Unknown;

    /// <summary>The runtime of a form; null where no runtime takes it directly.</summary>
    public static string? NameOf(ModelForm form) => Array.Find(s_all, entry => entry.Form == form)?.Name;

    /// <summary>The file ending of a form, with its dot; empty where it has none of its own.</summary>
    public static string ExtensionOf(ModelForm form) => Array.Find(s_all, entry => entry.Form == form)?.Extension ?? "";

    /// <summary>The runtime that a file name asks for by its ending; null where there is none.</summary>
    public static string? FromFileName(string path)
    {
        Entry? longest = null;
        foreach (var entry in s_all)
        {
            bool fits = path.EndsWith(entry.Extension, StringComparison.OrdinalIgnoreCase);
            longest = fits && entry.Extension.Length > (longest?.Extension.Length ?? 0) ? entry : longest;
        }

        return longest?.Name;
    }

    private sealed record Entry(string Name, ModelForm Form, string Extension);
}
