using Onnx.Model;
using Platform.Contracts.Hub.V1;
using Platform.Contracts.Runner.V1;
using Platform.Toolchains;
using Platform.Toolchains.Conversion;
using Platform.Toolchains.Inspection;
using Platform.Toolchains.Options;

namespace Runner.Step;

/// <summary>Runs a path of managed steps.</summary>
internal static class ConvertWork
{
    public static StepResponse Run(Platform.Contracts.Runner.V1.Convert request)
    {
        var refusals = new List<Refusal>();
        var options = OptionParser.Parse(request.Options, request.DirectOptions, JobKinds.Compile, refusals);
        var steps = request.Steps.Select(name => ManagedSteps.All.Single(step => step.Description.Name == name).Description).ToList();
        if (refusals.Count > 0)
        {
            return Refused(refusals);
        }

        try
        {
            var extras = new PathExtras { FirstOnnxPath = request.FirstOnnx.Length > 0 ? request.FirstOnnx : null, IsUnfinished = request.Unfinished };
            var outcome = ManagedPath.Run(steps, request.Input, request.Output, options, [.. request.InputSpecs.Select(ToInputSpec)], CancellationToken.None, extras);
            return outcome.Refusals.Count > 0 ? Refused(outcome.Refusals) : Converted(request.Output, outcome);
        }
        catch (OnnxFormatException problem)
        {
            return Refused([new Refusal(FailureCode.ModelUnreadable, problem.Message, problem.Error.ToString())]);
        }
    }

    private static StepResponse Converted(string path, ConversionOutcome outcome)
    {
        var response = InspectWork.Describe(ModelInspector.Inspect(path));
        response.ReportJson = outcome.Reports.ToJsonString();
        response.Warnings.AddRange(outcome.Warnings);
        return response;
    }

    private static StepResponse Refused(IEnumerable<Refusal> refusals)
    {
        var response = new StepResponse();
        response.Refusals.AddRange(refusals.Select(refusal => new FailureDetail
        {
            Code = refusal.Code,
            Reason = refusal.Reason ?? "",
            Subject = refusal.Subject ?? "",
            Message = refusal.Message,
            Advice = refusal.Advice ?? "",
        }));
        return response;
    }

    // The gateway has checked the types; what it did not know stays undefined and is refused by the step.
    private static InputSpec ToInputSpec(Platform.Contracts.Hub.V1.TensorSpec spec)
    {
        var type = spec.Dtype.Length == 0 ? DataType.Float : DataTypes.TryParseNumpyName(spec.Dtype, out var known) ? known : DataType.Undefined;
        return new InputSpec(spec.Name, [.. spec.Shape.Select(dim => (long)dim)], type);
    }
}
