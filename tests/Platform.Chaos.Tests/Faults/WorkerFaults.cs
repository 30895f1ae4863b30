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
}
