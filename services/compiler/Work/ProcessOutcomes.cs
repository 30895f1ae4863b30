using Platform.Contracts.Hub.V1;
using Platform.ServiceDefaults;
using Platform.Toolchains;
using Platform.Toolchains.Inspection;
using Platform.Toolchains.Steps;

namespace Platform.Compiler.Work;

/// <summary>What a program of others said, in the contracts' terms.</summary>
internal static class ProcessOutcomes
{
    public static void ThrowIfRefused(ProcessStepOutcome outcome)
    {
        if (outcome.Refusals.Count > 0)
        {
            throw new FailureException(Failures.Of(outcome.Refusals[0].Code, outcome.Refusals[0].Message, outcome.Refusals.Select(ToDetail)));
        }
    }

    public static TensorSpec ToSpec(TensorFacts tensor)
    {
        var spec = new TensorSpec { Name = tensor.Name, Dtype = tensor.Dtype, GraphName = tensor.Graph };
        spec.Shape.AddRange(tensor.Shape.Select(dim => checked((int)dim)));
        if (tensor.Scale is { } scale)
        {
            spec.Scale = scale;
            spec.ZeroPoint = tensor.ZeroPoint ?? 0;
        }

        return spec;
    }

    private static FailureDetail ToDetail(Refusal refusal) => new()
    {
        Code = refusal.Code,
        Reason = refusal.Reason ?? "",
        Subject = refusal.Subject ?? "",
        Message = refusal.Message,
        Advice = refusal.Advice ?? "",
    };
}
