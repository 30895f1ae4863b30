using System.Diagnostics;
using Platform.Contracts.Hub.V1;

namespace Platform.Chaos.Tests.Faults;

/// <summary>Build nodes and farm hosts that die, stand still or are cut off.</summary>
internal static class WorkerFaults
{
    public static async Task BuildNodeKilledAsync(ChaosRun run)
    {
        string id = await run.SubmitAsync(run.Assets.Convert("sim-long"));
        await run.SubmitAsync(6, () => run.Assets.Convert("quick"));
        await run.PhaseAsync(id, JobPhase.Running);
        var first = Assert.Single(await run.AttemptsAsync(id));
        var node = run.Farm["compiler" + first.Worker[1..]];
        await node.KillAsync();
        run.Lifted();
        await ChaosRun.UntilAsync(async () => (await run.AttemptsAsync(id)).Count == 2, 45, "no new attempt within 45 s");
        var second = (await run.AttemptsAsync(id)).Single(attempt => attempt.Epoch != first.Epoch);
        Assert.True(second.Worker != first.Worker, "the new attempt is not elsewhere");
        await node.StartAsync();
        var job = await run.EndAsync(id);
        Assert.Equal(JobState.Success, job.State);
        Assert.Equal(["lost", "succeeded"], (await run.AttemptsAsync(id)).OrderBy(attempt => attempt.Epoch).Select(attempt => attempt.Outcome));
        Assert.Empty(Processes.Naming($"{id}-{first.Epoch}"));
    }

    public static async Task HostKilledAsync(ChaosRun run)
    {
        var ids = await run.SubmitAsync(8, () => run.Assets.Infer("sim-long"));
        string victim = "";
        FarmDevice? device = null;
        await ChaosRun.UntilAsync(
            async () =>
            {
                device = (await run.Hub.Client.ListFarmDevicesAsync(new ListFarmDevicesRequest())).Devices.FirstOrDefault(one => one.Device.State == DeviceState.DeviceRunning);
                return device is not null;
            },
            60,
            "no run starts");
        victim = "host" + device!.HostId[1..];
        string work = run.Farm[victim].Settings["Worker:WorkFolder"];
        await run.Farm[victim].KillAsync();
        run.Lifted();
        string[] orphans = [.. Directory.EnumerateDirectories(Path.Combine(work, "runs")).Select(path => Path.GetFileName(path)!)];
        Assert.NotEmpty(orphans);
        await ChaosRun.PauseAsync(1);
        Assert.All(orphans, orphan => Assert.Empty(Processes.Naming(orphan)));
        await run.Farm[victim].StartAsync();
        var jobs = orphans.Select(orphan => orphan.Split('-')[0]).Distinct().ToList();
        await ChaosRun.UntilAsync(
            async () =>
            {
                // Given out again means clean: what the dead run left is gone by then.
                var again = (await run.Hub.Client.ListFarmDevicesAsync(new ListFarmDevicesRequest())).Devices.Where(one => one.HostId == device.HostId && one.Device.State is DeviceState.Idle or DeviceState.DeviceRunning).ToList();
                bool left = orphans.Any(orphan => Directory.Exists(Path.Combine(work, "runs", orphan)));
                Assert.False(left && again.Any(one => orphans.Contains(one.RunId)), "a device that was not cleaned runs again");
                return !left;
            },
            45,
            "the dead runs' folders stay");
        foreach (string id in ids)
        {
            await run.EndAsync(id);
        }

        foreach (string id in jobs)
        {
            var attempts = await run.AttemptsAsync(id);
            Assert.True(attempts.Count >= 2 && attempts.Count(attempt => attempt.Outcome == "succeeded") == 1, $"{id}: {string.Join(", ", attempts.Select(attempt => attempt.Outcome))}");
        }
    }

    public static async Task HostPausedAsync(ChaosRun run)
    {
        // Some end while the host stands still, some would only end after it goes on.
        var ids = (await run.SubmitAsync(6, () => run.Assets.Infer("sim-long"))).Concat(await run.SubmitAsync(12, () => run.Assets.Infer("sim-day"))).ToList();
        var held = await HeldByAsync(run, "h0", 3);
        await run.Farm["host0"].PauseAsync();
        run.Farm.Simulated.SetFaults("model-runner");
        await ChaosRun.PauseAsync(90);
        await run.Farm["host0"].ResumeAsync();
        run.Lifted();
        await ChaosRun.UntilAsync(() => Task.FromResult(held.All(name => Processes.Naming(name).Count == 0)), 15, "the host goes on with work that is not its own any more");
        run.Farm.Simulated.SetFaults("model-runner", [.. TestKit.Hub.SimulatedRunners.Faults]);
        await AllEndAsync(run, ids);
        await GivenAgainAsync(run, held);
    }

    public static async Task HostPartitionedAsync(ChaosRun run)
    {
        var ids = await run.SubmitAsync(18, () => run.Assets.Infer("sim-day"));
        var held = await HeldByAsync(run, "h0", 2);
        foreach (var link in run.Farm.LinksOf("host0"))
        {
            link.ToServer.BlackHole = link.ToClient.BlackHole = true;
        }

        long began = Stopwatch.GetTimestamp();
        run.Farm.Simulated.SetFaults("model-runner");
        double fenced = 0, granted = 0;
        string story = "";
        await ChaosRun.UntilAsync(
            async () =>
            {
                double now = Stopwatch.GetElapsedTime(began).TotalSeconds;
                fenced = fenced == 0 && held.All(name => Processes.Naming(name).Count == 0) ? now : fenced;
                var jobs = await Task.WhenAll(held.Select(name => run.JobAsync(JobOf(name))));
                granted = granted == 0 && jobs.Any(job => job.Attempts >= 2) ? now : granted;
                story = string.Join("; ", jobs.Select(job => $"{job.JobId} {job.Phase} {job.Attempts} {job.WaitMessage}"));
                return granted > 0;
            },
            120,
            () => $"what the host held is not given to another: fenced after {fenced:0.0} s; {story}");
        run.Say($"fenced after {fenced:0.0} s, given again after {granted:0.0} s");
        Assert.True(fenced is > 0 and <= 26, $"the host fenced itself after {fenced:0.0} s");
        Assert.True(granted >= 30 && granted > fenced, $"given again after {granted:0.0} s");
        foreach (var link in run.Farm.LinksOf("host0"))
        {
            link.Mend();
            link.Reset();
        }

        run.Lifted();
        await AllEndAsync(run, ids);
        run.Farm.Simulated.SetFaults("model-runner", [.. TestKit.Hub.SimulatedRunners.Faults]);
        await GivenAgainAsync(run, held);
    }

    public static async Task ReportAnswersLostAsync(ChaosRun run)
    {
        var losing = run.Farm.Link("host0", "broker0").LoseReplies("/ReportRun", 5);
        var ids = new List<string>();
        await using (await OnlyHosts.TakeAsync(run, "h0"))
        {
            for (int turn = 0; turn < 12 && losing.Lost < 5; turn++)
            {
                ids.AddRange(await run.SubmitAsync(6, () => run.Assets.Infer("quick")));
                await AllEndAsync(run, ids);
            }
        }

        Assert.Equal(5, losing.Lost);
        run.Farm.Link("host0", "broker0").Mend();
        run.Lifted();
        foreach (string id in ids)
        {
            Assert.Equal(JobState.Success, (await run.JobAsync(id)).State);
        }
    }

    // Names of the run folders of a host, as soon as it has some: RUN-EPOCH, and a run is JOB-EPOCH.
    private static async Task<string[]> HeldByAsync(ChaosRun run, string host, int atLeast)
    {
        string[] names = [];
        string folder = Path.Combine(run.Farm["host" + host[1..]].Settings["Worker:WorkFolder"], "runs");
        await ChaosRun.UntilAsync(
            () => Task.FromResult((names = [.. Directory.GetDirectories(folder).Select(path => Path.GetFileName(path)!).Where(name => Processes.Naming(name).Count > 0)]).Length >= atLeast),
            60,
            $"{host} does not hold {atLeast} runs");
        await ChaosRun.PauseAsync(2);
        return [.. names.Where(name => Processes.Naming(name).Count > 0)];
    }

    private static string JobOf(string run) => run.Split('-')[0];

    private static async Task AllEndAsync(ChaosRun run, IEnumerable<string> ids)
    {
        foreach (string id in ids)
        {
            await run.EndAsync(id);
        }
    }

    private static async Task GivenAgainAsync(ChaosRun run, IEnumerable<string> folders)
    {
        foreach (string id in folders.Select(folder => JobOf(folder)))
        {
            var attempts = await run.AttemptsAsync(id);
            Assert.True(attempts.Count >= 2 && attempts.Count(attempt => attempt.Outcome == "succeeded") == 1, $"{id}: {string.Join(", ", attempts.Select(attempt => $"{attempt.Worker} {attempt.Outcome}"))}");
        }
    }
}
