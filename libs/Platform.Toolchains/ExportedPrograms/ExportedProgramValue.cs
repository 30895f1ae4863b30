using Platform.Toolchains.Steps;
using Torch.Onnx;

namespace Platform.Toolchains.ExportedPrograms;

/// <summary>An exported program, opened; its weights are read when the product is written.</summary>
/// <param name="source">Where the file lies.</param>
/// <param name="file">The file.</param>
public sealed class ExportedProgramValue(string source, ExportedProgramFile file) : ModelValue
{
    /// <inheritdoc/>
    public override ModelForm Form => ModelForm.TorchExportedProgram;

    /// <summary>The file.</summary>
    public ExportedProgramFile File => file;

    /// <inheritdoc/>
    public override void Save(string path) => System.IO.File.Copy(source, path, overwrite: true);
}
