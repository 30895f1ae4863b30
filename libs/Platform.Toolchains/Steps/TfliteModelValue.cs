using Onnx.Tflite;

namespace Platform.Toolchains.Steps;

/// <summary>A TensorFlow Lite model that is written when it is saved; its weights are still the source's.</summary>
public sealed class TfliteModelValue(TfliteModel model) : ModelValue
{
    /// <inheritdoc/>
    public override ModelForm Form => ModelForm.Tflite;

    /// <summary>The model.</summary>
    public TfliteModel Model => model;

    /// <inheritdoc/>
    public override void Save(string path) => model.Save(path);
}
