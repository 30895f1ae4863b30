using Grpc.Core;
using Platform.Contracts.Hub.V1;
using TestKit.Hub;

namespace Platform.Chaos.Tests.Faults;

/// <summary>Users who change their minds.</summary>
internal static class CancelFaults
{
    private static readonly JobPhase[] s_phases = [JobPhase.Pending, JobPhase.Queued, JobPhase.Assigned, JobPhase.Running];

    public static async Task StormAsync(ChaosRun run)
    {
        var cancelled = new System.Collections.Concurrent.ConcurrentDictionary<JobPhase, int>();
        var jobs = s_phases.SelectMany(phase => Enumerable.Range(0, 8).Select(i => (Phase: phase, Spec: i % 2 == 0 ? run.Assets.Convert(i % 4 == 0 ? "quick" : "sim-slow") : run.Assets.Infer(i % 4 == 1 ? "quick" : "sim-slow")))).ToList();
        await Task.WhenAll(jobs.Select(async job =>
        {
            string id = await run.SubmitAsync(job.Spec, Ending.CancelledOrNot);
            await ReachedAsync(run, id, job.Phase);
            if (await CancelThriceAsync(run, id) == JobState.Cancelled)
            {
                cancelled.AddOrUpdate(job.Phase, 1, (_, count) => count + 1);
            }
        }));
        run.Say(string.Join(", ", s_phases.Select(phase => $"{cancelled.GetValueOrDefault(phase)} cancelled in {phase} or after")));
        Assert.All(s_phases, phase => Assert.True(cancelled.GetValueOrDefault(phase) > 0, $"nothing was cancelled in {phase}"));
        await WhilePublishingAsync(run);
    }

    // Both gateways stand still between an output's reference and its owner: nobody gets past Finalizing.
    private static async Task WhilePublishingAsync(ChaosRun run)
    {
        FarmProcess[] gateways = [run.Farm["gateway0"], run.Farm["gateway1"]];
        string[] files = await Task.WhenAll(gateways.Select(gateway => CrashPoints.ArmAsync(run, gateway)));

        // The first are cancelled while it is held, the others in the moment in which it goes on: either end is a true one.
        var held = await FinalizingAsync(run, files, Ending.Cancelled);
        var ends = await Task.WhenAll(held.Select(id => CancelThriceAsync(run, id)));
        Release(files);
        Assert.All(ends, end => Assert.Equal(JobState.Cancelled, end));
        var racing = await FinalizingAsync(run, files, Ending.CancelledOrNot);
        var cancelling = racing.Select(id => CancelThriceAsync(run, id)).ToList();
        Release(files);
        ends = await Task.WhenAll(cancelling);
        run.Say($"{held.Count} cancelled in Finalizing; {ends.Count(end => end == JobState.Cancelled)} of {racing.Count} while they were published");
        await Task.WhenAll(gateways.Select(gateway => gateway.RestartAsync()));
        run.Lifted();
    }

    private static async Task<IReadOnlyList<string>> FinalizingAsync(ChaosRun run, string[] files, Ending ending)
    {
        foreach (string file in files)
        {
            await File.WriteAllTextAsync(file, "hold job.publishing");
        }

        var ids = (await run.SubmitAsync(3, () => run.Assets.Convert("quick"), ending)).Concat(await run.SubmitAsync(3, () => run.Assets.Infer("quick"), ending)).ToList();
        foreach (string id in ids)
        {
            await run.PhaseAsync(id, JobPhase.Finalizing);
        }

        return ids;
    }

    private static void Release(string[] files) => Array.ForEach(files, File.Delete);

    // Twice at once, through both doors, and once more.
    private static async Task<JobState> CancelThriceAsync(ChaosRun run, string id)
    {
        await Task.WhenAll(CancelAsync(run, 0, id), CancelAsync(run, 1, id));
        return (await CancelAsync(run, 0, id) ?? await run.EndAsync(id)).State;
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
