using Platform.Contracts.Hub.V1;
using Platform.Sandbox;
using Platform.ServiceDefaults;
using Platform.Toolchains;
using Platform.Toolchains.Inspection;
using Platform.Toolchains.Steps;

namespace Platform.Compiler.Work;

/// <summary>What a program of others said, in the contracts' terms.</summary>
internal static class ProcessOutcomes
{
    public static void ThrowIfRefused(ProcessStepOutcome outcome, string step) => ThrowIfRefused([.. outcome.Refusals.Select(ToDetail)], step);

    /// <summary>Throws what steps refused. One that died says where, so that its input can be kept from it.</summary>
    /// <param name="refusals">The reasons.</param>
    /// <param name="step">The last step of the program.</param>
    public static void ThrowIfRefused(IReadOnlyList<FailureDetail> refusals, string step)
    {
        if (refusals.Count == 0)
        {
            return;
        }

        foreach (var death in refusals.Where(refusal => refusal.Reason == SandboxFailures.Died))
        {
            death.Subject = step;
        }

        throw new FailureException(Failures.Of(refusals[0].Code, refusals[0].Message, refusals));
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
