using System.Text.Json.Nodes;
using Platform.Contracts.Hub.V1;
using Platform.Toolchains.OnnxToOnnx;
using Platform.Toolchains.Steps;
using Torch.Onnx;

namespace Platform.Toolchains.ExportedPrograms;

/// <summary>Exported PyTorch program (.pt2) to ONNX, by the importer of our own: no Python, no torch.</summary>
public sealed class Pt2ToOnnxStep : ManagedStep
{
    /// <inheritdoc/>
    public override StepDescription Description { get; } =
        new("pt2-to-onnx", TorchImporter.Version, ModelForm.TorchExportedProgram, ModelForm.Onnx, StepHost.Managed);

    /// <inheritdoc/>
    public override StepResult Run(ModelValue input, StepContext context)
    {
        var file = ((ExportedProgramValue)input).File;
        var refusals = new List<Refusal>();
        var sizes = InputSizes.Of(file.Info.Inputs, context.Inputs, refusals);
        if (refusals.Count > 0)
        {
            return StepResult.Refused(refusals);
        }

        ImportResult result;
        try
        {
            result = TorchImporter.Import(file, new ImportOptions { Sizes = sizes, Opset = context.Options.Int("onnx_opset") }, context.Cancellation);
        }
        catch (ArgumentOutOfRangeException problem)
        {
            return StepResult.Refused(new Refusal(FailureCode.InputSpecDimensionMismatch, problem.Message));
        }

        return result.Model is null ? new StepResult(null, [.. result.Blockers.Select(ToRefusal)], null, result.Warnings) : Converted(result, context);
    }

    private static StepResult Converted(ImportResult result, StepContext context)
    {
        var refusals = new List<Refusal>();
        InputPinning.Apply(result.Model!.Graph, context.Inputs, refusals);
        if (context.IsLast)
        {
            OutputNaming.Apply(result.Model.Graph, context.Options.Names("output_names"), refusals);
        }

        return refusals.Count > 0 ? StepResult.Refused(refusals) : StepResult.Converted(new OnnxModelValue(result.Model), ToJson(result.Report!), result.Warnings);
    }

    private static Refusal ToRefusal(ImportBlocker blocker) => new(
        FailureCode.ConversionRefused,
        $"{blocker.Operator}: {blocker.Message}",
        CodeName.OfName(blocker.Reason.ToString()),
        blocker.Node.Length > 0 ? blocker.Node : null,
        blocker.Advice);

    private static JsonObject Counts(IReadOnlyDictionary<string, int> operators)
    {
        var counts = new JsonObject();
        foreach (string name in operators.Keys.Order(StringComparer.Ordinal))
        {
            counts[name] = (double)operators[name];
        }

        return counts;
    }

    private static JsonObject ToJson(ImportReport report) => new()
    {
        ["torch_version"] = report.TorchVersion,
        ["program_nodes"] = (double)report.ProgramNodes,
        ["onnx_nodes"] = (double)report.OnnxNodes,
        ["opset"] = (double)report.Opset,
        ["operators"] = Counts(report.Operators),
        ["dropped_outputs"] = new JsonArray([.. report.DroppedOutputs.Select(output => (JsonNode)JsonValue.Create(output))]),
        // A .pt2 file cannot be run without PyTorch: the first form whose numbers can be compared is the ONNX model.
        ["parity"] = "not taken: a .pt2 file cannot be run without PyTorch",
    };
}
