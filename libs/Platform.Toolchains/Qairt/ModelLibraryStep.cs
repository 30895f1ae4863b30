using Platform.Toolchains.Steps;

namespace Platform.Toolchains.Qairt;

/// <summary>ONNX -> QNN model library for 64-bit Android: <c>qnn-onnx-converter</c>, then <c>qnn-model-lib-generator</c>.</summary>
/// <param name="sdk">The SDK; null where none is mounted.</param>
public sealed class ModelLibraryStep(QairtSdk? sdk) : QairtStep(sdk)
{
    private const string Android = "aarch64-android";

    /// <inheritdoc/>
    public override StepDescription Description => new("onnx-to-qnn-lib", Version, ModelForm.Onnx, ModelForm.QnnLibAarch64Android, StepHost.Process);

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Tools { get; } = ["qnn-onnx-converter", "qnn-model-lib-generator"];

    /// <inheritdoc/>
    protected override string Product => Path.Combine("lib", Android, "libmodel.so");

    /// <inheritdoc/>
    protected override IReadOnlyList<(string Tool, IReadOnlyList<string> Arguments)> Commands(string input, string folder, ProcessStepRequest request)
    {
        string source = Path.Combine(folder, "model.cpp"), weights = Path.Combine(folder, "model.bin");
        List<string> convert = ["--input_network", input, "--output_path", source];
        foreach (var spec in request.Inputs)
        {
            convert.AddRange(["--input_dim", spec.Name, string.Join(',', spec.Shape)]);
        }

        return [("qnn-onnx-converter", convert), ("qnn-model-lib-generator", ["-c", source, "-b", weights, "-t", Android, "-o", Path.Combine(folder, "lib")])];
    }
}
