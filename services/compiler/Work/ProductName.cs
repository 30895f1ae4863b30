using Platform.Toolchains;

namespace Platform.Compiler.Work;

/// <summary>The ending of a product's name.</summary>
internal static class ProductName
{
    /// <summary>The form's own ending; that of the file where a form has several, as precompiled ONNX does.</summary>
    public static string ExtensionOf(string file, ModelForm form)
    {
        string usual = TargetRuntime.ExtensionOf(form);
        return file.EndsWith(usual, StringComparison.Ordinal) ? usual : Path.GetExtension(file);
    }
}
