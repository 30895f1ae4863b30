using Onnx.Tflite;
using Platform.Contracts.Hub.V1;
using Platform.Toolchains.OnnxToOnnx;
using Platform.Toolchains.Steps;

namespace Platform.Toolchains.OnnxToTflite;

/// <summary>ONNX to TensorFlow Lite, by the converter of our own.</summary>
public sealed class OnnxToTfliteStep : ManagedStep
{
    /// <inheritdoc/>
    public override StepDescription Description { get; } = new("onnx-to-tflite", "1", ModelForm.Onnx, ModelForm.Tflite, StepHost.Managed);

    /// <inheritdoc/>
    public override StepResult Run(ModelValue input, StepContext context)
    {
        var model = ((OnnxModelValue)input).Model;
        var refusals = new List<Refusal>();
        InputPinning.Apply(model.Graph, context.Inputs, refusals);
        if (refusals.Count > 0)
        {
            return StepResult.Refused(refusals);
        }

        var result = TfliteConverter.Convert(model, TfliteOptions.Of(context), context.Cancellation);
        return result.Product is { } product
            ? StepResult.Converted(new TfliteModelValue(product), result.Report, result.Warnings)
            : new StepResult(null, [.. result.Refusals.Select(ToRefusal)], result.Report, result.Warnings);
    }

    private static Refusal ToRefusal(ConversionRefusal refusal) => new(
        FailureCode.ConversionRefused,
        refusal.OpType.Length > 0 ? $"{refusal.OpType}: {refusal.Message}" : refusal.Message,
        refusal.Code,
        refusal.Node.Length > 0 ? refusal.Node : null,
        refusal.Advice);
}
