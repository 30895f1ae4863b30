using Platform.Toolchains.ExportedPrograms;
using Platform.Toolchains.Inspection;
using Platform.Toolchains.Options;
using Platform.Toolchains.Steps;
using Torch.Onnx;

namespace Platform.Toolchains.Conversion;

/// <summary>A source model opened for the first step, and the files that stay mapped until the path has ended.</summary>
internal sealed class OpenedSource : IDisposable
{
    private readonly IDisposable? _file;

    private OpenedSource(ModelValue value, IDisposable? file)
    {
        Value = value;
        _file = file;
    }

    public ModelValue Value { get; }

    public static OpenedSource Open(string path, ModelForm form, OptionSet options)
    {
        if (form == ModelForm.TorchExportedProgram)
        {
            var program = ExportedProgramFile.Open(path, options.Text("pt2_program"));
            return new OpenedSource(new ExportedProgramValue(path, program), program);
        }

        if (form != ModelForm.Onnx)
        {
            return new OpenedSource(new FileModelValue(form, path), null);
        }

        var file = OnnxPackage.Open(path);
        return new OpenedSource(new OnnxModelValue(file.Model), file);
    }

    public void Dispose() => _file?.Dispose();
}
