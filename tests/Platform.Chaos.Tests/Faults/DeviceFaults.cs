using System.Diagnostics;
using Platform.Contracts.Hub.V1;
using TestKit.Hub;

namespace Platform.Chaos.Tests.Faults;

/// <summary>Devices whose plug is pulled.</summary>
internal static class DeviceFaults
{
    public static async Task UnpluggedAsync(ChaosRun run)
    {
        var ids = await run.SubmitAsync(9, () => run.Assets.Infer("sim-minute"));
        FarmDevice victim = new();
        await ChaosRun.UntilAsync(async () => (victim = (await DevicesAsync(run)).FirstOrDefault(device => device.Device.State == DeviceState.DeviceRunning) ?? victim).RunId.Length > 0, 60, "no run starts");
        await ChaosRun.PauseAsync(3);
        var others = (await DevicesAsync(run)).Where(device => device.HostId == victim.HostId && Id(device) != Id(victim)).ToList();
        string plug = Plug(run, victim);
        await File.WriteAllTextAsync(plug, "");
        long began = Stopwatch.GetTimestamp();
        await ChaosRun.UntilAsync(async () => (await DevicesAsync(run)).Single(device => Id(device) == Id(victim)).Device.State == DeviceState.Offline, 10, "the device is not offline after 10 s");
        run.Say($"offline after {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s");
        string job = victim.RunId.Split('-')[0];

        // What else runs on the host goes on.
        var now = await DevicesAsync(run);
        Assert.All(others.Where(other => other.Device.State == DeviceState.DeviceRunning), other => Assert.Contains(now, device => Id(device) == Id(other) && device.RunId == other.RunId));
        run.Farm.Simulated.SetFaults("model-runner");
        File.Delete(plug);
        run.Lifted();
        foreach (string id in ids)
        {
            await run.EndAsync(id);
        }

        run.Farm.Simulated.SetFaults("model-runner", [.. SimulatedRunners.Faults]);
        var attempts = (await run.AttemptsAsync(job)).OrderBy(attempt => attempt.Epoch).ToList();
        Assert.Equal(["failed", "succeeded"], attempts.Select(attempt => attempt.Outcome));
        Assert.Equal(FailureCode.DeviceLost, attempts[0].Failure.Code);
    }

    public static async Task FlapsAsync(ChaosRun run)
    {
        // Twenty times a minute, for a minute. The farm has work for every device after a while, and not so much of it that two cores are
        // still at it long after: what is submitted then waits its turn behind it.
        string victim = "h0.simulated-0";
        string plug = Path.Combine(run.Farm.File("unplugged"), victim);
        var ids = new List<string>();
        bool wasSetAside = false;
        for (int turn = 0; turn < 20; turn++)
        {
            ids.AddRange(await run.SubmitAsync(3, () => run.Assets.Infer("sim-slow")));
            await ChaosRun.PauseAsync(1.5);
            await File.WriteAllTextAsync(plug, "");
            await ChaosRun.PauseAsync(1.5);
            File.Delete(plug);
            wasSetAside |= (await DevicesAsync(run)).Any(device => Id(device) == victim && device.Device.Health is DeviceHealth.Bad or DeviceHealth.Suspect);
        }

        run.Lifted();
        foreach (string id in ids)
        {
            await run.EndAsync(id);
        }

        int burnt = 0;
        foreach (string id in ids)
        {
            int lost = (await run.AttemptsAsync(id)).Count(attempt => attempt.Worker == victim && attempt.Outcome != "succeeded");
            Assert.True(lost <= 3, $"{id} burnt {lost} attempts on the device");
            burnt += lost;
        }

        run.Say($"{burnt} attempts were lost on the device");
        Assert.True(burnt > 0, "the device was never caught at work");
        Assert.True(wasSetAside, "a device that comes and goes was not set aside");
    }

    private static async Task<IReadOnlyList<FarmDevice>> DevicesAsync(ChaosRun run) => (await run.Hub.Client.ListFarmDevicesAsync(new ListFarmDevicesRequest())).Devices;

    private static string Id(FarmDevice device) => device.Device.DeviceId;

    private static string Plug(ChaosRun run, FarmDevice device) => Path.Combine(run.Farm.File("unplugged"), Id(device));
}
