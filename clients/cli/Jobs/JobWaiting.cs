using Hub.Cli.Connection;
using Hub.Cli.Output;
using Platform.Contracts.Hub.V1;

namespace Hub.Cli.Jobs;

/// <summary>Waits for a job's end by its event stream; a stream that breaks goes on at the version it had reached.</summary>
internal static class JobWaiting
{
    public static Task<Job> WaitAsync(CliContext context, HubConnection hub, string jobId, bool quiet, CancellationToken cancellation) =>
        ProgressBar.ShowAsync(context, jobId, quiet, async show =>
        {
            await foreach (var entry in EventsAsync(context, hub, jobId, cancellation))
            {
                show(FractionOf(entry), $"{jobId} {Words.Name(entry.State)} {entry.Message}".Trim());
            }

            return await hub.Client.GetJobAsync(new GetJobRequest { JobId = jobId }, cancellationToken: cancellation);
        });

    /// <summary>Every event until the job has ended.</summary>
    public static async IAsyncEnumerable<JobEvent> EventsAsync(
        CliContext context, HubConnection hub, string jobId, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var request = new WatchJobRequest { JobId = jobId };
        await foreach (var entry in ResumableStream.ReadAsync(() => hub.Client.WatchJob(request, cancellationToken: cancellation), context.Clock, cancellation))
        {
            request.AfterVer = entry.Ver;
            yield return entry;
        }
    }

    private static double FractionOf(JobEvent entry) => entry.Phase switch
    {
        JobPhase.Queued => 0.1,
        JobPhase.Assigned => 0.2,
        JobPhase.Running => 0.5,
        JobPhase.Finalizing => 0.9,
        JobPhase.Ended => 1,
        _ => 0,
    };
}
