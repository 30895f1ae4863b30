using Onnx.Model;

namespace Platform.Toolchains.Steps;

/// <summary>A model on its way between managed steps: handed on in memory, written once at the end.</summary>
public abstract class ModelValue
{
    /// <summary>Its form.</summary>
    public abstract ModelForm Form { get; }

    /// <summary>Writes it to a file; large weights may go to a second file beside it (<c>PATH.data</c>).</summary>
    public abstract void Save(string path);
}

/// <summary>An ONNX model in memory.</summary>
/// <param name="model">The model.</param>
public sealed class OnnxModelValue(ModelProto model) : ModelValue
{
    /// <inheritdoc/>
    public override ModelForm Form => ModelForm.Onnx;

    /// <summary>The model.</summary>
    public ModelProto Model => model;

    /// <inheritdoc/>
    public override void Save(string path) => OnnxFile.Save(model, path);
}

/// <summary>A model that lies in a file and is read by the step itself.</summary>
/// <param name="form">Its form.</param>
/// <param name="path">The file.</param>
public sealed class FileModelValue(ModelForm form, string path) : ModelValue
{
    /// <inheritdoc/>
    public override ModelForm Form => form;

    /// <summary>The file.</summary>
    public string Path => path;

    /// <inheritdoc/>
    public override void Save(string path) => File.Copy(Path, path, overwrite: true);
}
