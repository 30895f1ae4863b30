using Platform.Contracts.Hub.V1;
using Platform.Gateway.Jobs;
using Platform.Gateway.Runs;
using Platform.ServiceDefaults;

namespace Platform.Gateway.Submission;

/// <summary>
/// Repeats the checks when a job leaves the waiting room: only now are the outputs it waited for known, and what it names
/// may have been erased since.
/// </summary>
internal sealed class DeferredChecks(SubmissionChecks checks, TimeProvider clock)
{
    private static readonly TimeSpan s_moment = TimeSpan.FromSeconds(1);

    public async Task<JobFailure?> FindFailureAsync(Job job, CancellationToken cancellation)
    {
        if (job.Kind == JobKind.Inspect || WasJustSubmitted(job))
        {
            return null;
        }

        try
        {
            var draft = await checks.CheckAsync(job.Owner, JobSpecs.Of(job), cancellation);

            // What merely is not connected now may come back: the job waits for it until its queue deadline.
            draft.Refusals.RemoveAll(refusal => refusal.Code is FailureCode.StepNotMounted or FailureCode.NoConversionPath or FailureCode.DeviceNotFound);
            SubmissionChecks.ThrowIfRefused(draft);
            return null;
        }
        catch (FailureException refused)
        {
            return RunMapping.ToJobFailure(refused.Failure);
        }
    }

    // One that waited for nobody was checked a moment ago.
    private bool WasJustSubmitted(Job job) => job.Upstream.Count == 0 && job.Epoch == 0 && clock.GetUtcNow() - job.CreatedAt < s_moment;
}
