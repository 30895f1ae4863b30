using Platform.Toolchains.Steps;

namespace Platform.Toolchains.OnnxToOnnx;

/// <summary>ONNX -> ONNX: input shapes fixed as asked, outputs renamed, the file written in one canonical form.</summary>
public sealed class OnnxToOnnxStep : ManagedStep
{
    /// <inheritdoc/>
    public override StepDescription Description { get; } = new("onnx-to-onnx", "1", ModelForm.Onnx, ModelForm.Onnx, StepHost.Managed);

    /// <inheritdoc/>
    public override StepResult Run(ModelValue input, StepContext context)
    {
        var model = ((OnnxModelValue)input).Model;
        var refusals = new List<Refusal>();
        InputPinning.Apply(model.Graph, context.Inputs, refusals);
        if (context.IsLast)
        {
            OutputNaming.Apply(model.Graph, context.Options.Names("output_names"), refusals);
        }

        return refusals.Count > 0 ? StepResult.Refused(refusals) : StepResult.Converted(new OnnxModelValue(model));
    }
}
