using Platform.Contracts.Hub.V1;
using Platform.ServiceDefaults;

namespace Platform.Gateway.Submission;

/// <summary>Checks a submission of any type; every fault is found before the first one is reported.</summary>
internal sealed class SubmissionChecks(CompileChecks compile, LinkChecks link, RunChecks runs, LimitSettings limits)
{
    public async Task<SubmissionDraft> CheckAsync(string owner, JobSpec spec, CancellationToken cancellation)
    {
        var draft = new SubmissionDraft();
        CheckLength(spec, draft);
        switch (spec.SpecCase)
        {
            case JobSpec.SpecOneofCase.Compile:
                await compile.CheckAsync(owner, spec.Compile, draft, cancellation);
                break;
            case JobSpec.SpecOneofCase.Profile:
                await runs.CheckAsync(owner, spec.Profile, draft, cancellation);
                break;
            case JobSpec.SpecOneofCase.Inference:
                await runs.CheckAsync(owner, spec.Inference, draft, cancellation);
                break;
            case JobSpec.SpecOneofCase.Quantize:
                draft.Refuse(FailureCode.StepNotMounted, "no build node announces a quantizer", "quantize");
                break;
            case JobSpec.SpecOneofCase.Link:
                await link.CheckAsync(owner, spec.Link, draft, cancellation);
                break;
            default:
                draft.Refuse(FailureCode.ArgumentInvalid, "a job has a spec: compile, quantize, link, profile or inference", "spec");
                break;
        }

        return draft;
    }

    /// <summary>Throws when the draft holds a fault: the first one's code, and all of them as details.</summary>
    public static void ThrowIfRefused(SubmissionDraft draft)
    {
        if (draft.Refusals.Count > 0)
        {
            var details = draft.Refusals.Select(refusal => new FailureDetail
            {
                Code = refusal.Code,
                Reason = refusal.Reason ?? "",
                Subject = refusal.Subject ?? "",
                Message = refusal.Message,
                Advice = refusal.Advice ?? Failures.TraitsOf(refusal.Code).Advice,
            });
            throw new FailureException(Failures.Of(draft.Refusals[0].Code, draft.Refusals[0].Message, details));
        }
    }

    private void CheckLength(JobSpec spec, SubmissionDraft draft)
    {
        string options = spec.SpecCase switch
        {
            JobSpec.SpecOneofCase.Compile => spec.Compile.Options,
            JobSpec.SpecOneofCase.Profile => spec.Profile.Options,
            JobSpec.SpecOneofCase.Inference => spec.Inference.Options,
            JobSpec.SpecOneofCase.Quantize => spec.Quantize.Options,
            JobSpec.SpecOneofCase.Link => spec.Link.Options,
            _ => "",
        };
        if (options.Length > limits.Of(HubLimits.OptionsLength))
        {
            draft.Refuse(FailureCode.ArgumentInvalid, $"the option string has {options.Length} characters; the limit is {limits.Of(HubLimits.OptionsLength)}", "options");
        }
    }
}
