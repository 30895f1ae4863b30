using Grpc.Core;
using Platform.Contracts.Hub.V1;

namespace Platform.Chaos.Tests.Faults;

/// <summary>Users who change their minds.</summary>
internal static class CancelFaults
{
    private static readonly JobPhase[] s_phases = [JobPhase.Pending, JobPhase.Queued, JobPhase.Assigned, JobPhase.Running, JobPhase.Finalizing];

    public static async Task StormAsync(ChaosRun run)
    {
        var cancelled = new System.Collections.Concurrent.ConcurrentDictionary<JobPhase, int>();
        var jobs = s_phases.SelectMany(phase => Enumerable.Range(0, 8).Select(i => (Phase: phase, Spec: i % 2 == 0 ? run.Assets.Convert(i % 4 == 0 ? "quick" : "sim-slow") : run.Assets.Infer(i % 4 == 1 ? "quick" : "sim-slow")))).ToList();
        await Task.WhenAll(jobs.Select(async job =>
        {
            string id = await run.SubmitAsync(job.Spec, Ending.CancelledOrNot);
            await ReachedAsync(run, id, job.Phase);

            // Twice at once, through both doors, and once more.
            await Task.WhenAll(CancelAsync(run, 0, id), CancelAsync(run, 1, id));
            var ended = await CancelAsync(run, 0, id) ?? await run.EndAsync(id);
            if (ended.State == JobState.Cancelled)
            {
                cancelled.AddOrUpdate(job.Phase, 1, (_, count) => count + 1);
            }
        }));
        run.Lifted();
        run.Say(string.Join(", ", s_phases.Select(phase => $"{cancelled.GetValueOrDefault(phase)} cancelled in {phase} or after")));
        Assert.All(s_phases[..4], phase => Assert.True(cancelled.GetValueOrDefault(phase) > 0, $"nothing was cancelled in {phase}"));
    }

    // As soon as it is that far; the stream tells of every change.
    private static async Task ReachedAsync(ChaosRun run, string id, JobPhase phase)
    {
        using var watch = run.Hub.Client.WatchJob(new WatchJobRequest { JobId = id });
        while (await watch.ResponseStream.MoveNext(CancellationToken.None))
        {
            if (watch.ResponseStream.Current.Phase >= phase)
            {
                return;
            }
        }
    }

    private static async Task<Job?> CancelAsync(ChaosRun run, int gateway, string id)
    {
        try
        {
            return await run.Gateway(gateway).CancelJobAsync(new CancelJobRequest { JobId = id });
        }
        catch (RpcException over) when (over.StatusCode == StatusCode.FailedPrecondition)
        {
            return null;
        }
    }
}
