using System.Diagnostics;
using TestKit;
using TestKit.Hub;
using TestKit.Servers;

namespace Platform.Chaos.Tests.Faults;

/// <summary>The database: it forgets to answer, dies, or its disk does.</summary>
internal static class StoreFaults
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(3);

    public static async Task AnswersLostAsync(ChaosRun run)
    {
        // What is written is written, whoever does not hear of it.
        var ids = new List<string>();
        foreach (string command in new[] { "insert", "update" })
        {
            var losing = new[] { "gateway0", "gateway1", "broker0", "broker1" }.Select(service => run.Farm.Link(service, "mongo").LoseReplies(command, 4)).ToList();
            ids.AddRange(await run.SubmitAsync(6, () => run.Assets.Convert("quick")));
            ids.AddRange(await run.SubmitAsync(3, () => run.Assets.Infer("quick")));
            await LoseAllAsync(run, losing, ids);
        }

        run.Lifted();
        foreach (string id in ids)
        {
            await run.EndAsync(id);
        }
    }

    // Which gateway takes a job, and with it which broker, is chance: more come until each has lost its answers. Not many more: the job
    // that shows the recovery waits for all of them, and each takes seconds of a processor.
    private static async Task LoseAllAsync(ChaosRun run, List<LostReplies> losing, List<string> ids)
    {
        long last = Stopwatch.GetTimestamp();
        await ChaosRun.UntilAsync(
            async () =>
            {
                if (losing.TrueForAll(lost => lost.Lost == 4))
                {
                    return true;
                }

                if (Stopwatch.GetElapsedTime(last) > s_pause)
                {
                    ids.AddRange(await run.SubmitAsync(2, () => run.Assets.Infer("quick")));
                    last = Stopwatch.GetTimestamp();
                }

                return false;
            },
            60,
            () => $"answers lost: {string.Join(' ', losing.Select(lost => lost.Lost))}");
    }

    public static async Task KilledInCommitAsync(ChaosRun run)
    {
        using var folder = new TempFolder();
        string file = folder.File("crash");
        await using var hub = await HubProcess.StartAsync([(HubProcess.EnvironmentPrefix + "HUB_CRASH_POINT", file)]);
        await run.UseAsync(hub);
        var ids = new List<string>();
        foreach (string point in new[] { "store.before-commit", "store.after-commit", "store.before-commit", "store.after-commit", "store.before-commit", "store.after-commit" })
        {
            // Acknowledged one by one; the last ones wait for the hub to come back, under their keys.
            ids.AddRange(await run.SubmitAsync(4, () => run.Probe!));
            await File.WriteAllTextAsync(file, point);
            var more = run.SubmitAsync(4, () => run.Probe!);
            await hub.WaitForEndAsync(TimeSpan.FromSeconds(30));
            await hub.StartAgainAsync();
            ids.AddRange(await more);
            Assert.All(await Task.WhenAll(ids.Select(run.JobAsync)), job => Assert.Equal(run.Probe, job.Spec));
        }

        run.Lifted();
        await run.FinishAsync();
    }

    public static async Task FlushFailsAsync(ChaosRun run)
    {
        await using var hub = await HubProcess.StartAsync();
        await run.UseAsync(hub);
        var ids = (await run.SubmitAsync(6, () => run.Probe!)).ToList();
        await using (var fault = await ServerProcess.StartAsync("/usr/bin/strace", ["-f", "-p", $"{hub.ProcessId}", "-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:error=EIO"], "attached"))
        {
            var more = run.SubmitAsync(4, () => run.Probe!);
            await hub.WaitForEndAsync(TimeSpan.FromSeconds(60));
            await hub.StartAgainAsync();
            ids.AddRange(await more);
        }

        run.Lifted();
        Assert.All(await Task.WhenAll(ids.Select(run.JobAsync)), job => Assert.Equal(run.Probe, job.Spec));
        await run.FinishAsync();
    }
}
