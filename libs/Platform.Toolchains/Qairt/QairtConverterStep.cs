using Platform.Toolchains.Steps;

namespace Platform.Toolchains.Qairt;

/// <summary>ONNX -> DLC with <c>qairt-converter</c> (Qualcomm AI Runtime SDK, "qairt-converter").</summary>
/// <param name="sdk">The SDK; null where none is mounted.</param>
public sealed class QairtConverterStep(QairtSdk? sdk) : QairtStep(sdk)
{
    /// <inheritdoc/>
    public override StepDescription Description => new("onnx-to-qnn-dlc-qairt", Version, ModelForm.Onnx, ModelForm.QnnDlc, StepHost.Process);

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Tools { get; } = ["qairt-converter"];

    /// <inheritdoc/>
    protected override string Product => "model.dlc";

    /// <inheritdoc/>
    protected override IReadOnlyList<(string Tool, IReadOnlyList<string> Arguments)> Commands(string input, string folder, ProcessStepRequest request)
    {
        List<string> arguments = ["--input_network", input, "--output_path", Path.Combine(folder, Product), "--preserve_onnx_output_order"];
        foreach (var spec in request.Inputs)
        {
            arguments.AddRange(["--source_model_input_shape", spec.Name, string.Join(',', spec.Shape)]);
        }

        if (!request.Options.Flag("quantize_io"))
        {
            arguments.Add("--preserve_io_datatype");
        }

        return [("qairt-converter", arguments)];
    }
}
