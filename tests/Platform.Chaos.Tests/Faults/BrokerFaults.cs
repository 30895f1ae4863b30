using System.Diagnostics;
using Platform.Contracts.Hub.V1;

namespace Platform.Chaos.Tests.Faults;

/// <summary>The scheduler of devices: dead in the middle of a decision, deciding twice, dead with a long queue.</summary>
internal static class BrokerFaults
{
    // Hosts whose broker was away call it again after a while, which grows with their failures.
    private static readonly TimeSpan s_connected = TimeSpan.FromMinutes(3);

    public static async Task KilledBetweenDeviceAndRunAsync(ChaosRun run)
    {
        var broker = run.Farm["broker0"];
        string file = await CrashPoints.ArmAsync(run, broker);
        string[] ids;
        long died;

        // Each broker decides for the hosts that call it: the other one's would take every run before this one's have connected again.
        await using (await OnlyHosts.TakeAsync(run, "h0", "h2"))
        {
            await File.WriteAllTextAsync(file, "device.reserved");
            ids = await run.SubmitAsync(4, () => run.Assets.Infer("quick"));
            await broker.WaitForEndAsync(s_connected);
            died = Stopwatch.GetTimestamp();
        }

        Assert.False(File.Exists(file), "the broker ended at another place");
        run.Lifted();
        var reserved = (await BrokerOneAsync(run)).Where(device => device.Device.State == DeviceState.DeviceReserved).Select(device => (device.HostId, device.RunId)).ToList();
        await broker.RestartAsync();
        await ChaosRun.UntilAsync(
            async () =>
            {
                var now = await BrokerOneAsync(run);
                return reserved.All(held => !now.Any(device => device.HostId == held.HostId && device.RunId == held.RunId && device.Device.State == DeviceState.DeviceReserved));
            },
            30,
            "a device stays reserved for longer than 30 s");
        run.Say($"{reserved.Count} reserved devices were free {Stopwatch.GetElapsedTime(died).TotalSeconds:0.0} s after the kill");
        foreach (string id in ids)
        {
            await run.EndAsync(id);
            Assert.Single(await run.AttemptsAsync(id));
        }
    }

    public static async Task TwoAtOnceAsync(ChaosRun run)
    {
        var ids = await run.SubmitAsync(24, () => run.Assets.Infer("quick"));
        run.Lifted();
        var hosts = new HashSet<string>();
        var open = new Queue<string>(ids);
        await ChaosRun.UntilAsync(
            async () =>
            {
                var devices = (await run.Hub.Client.ListFarmDevicesAsync(new ListFarmDevicesRequest())).Devices.Where(device => device.Device.State == DeviceState.DeviceRunning).ToList();
                Assert.True(devices.Select(device => device.RunId).Distinct().Count() == devices.Count, "two devices run one run");
                hosts.UnionWith(devices.Select(device => device.HostId));
                while (open.TryPeek(out string? next) && (await run.JobAsync(next)).Phase == JobPhase.Ended)
                {
                    open.Dequeue();
                }

                return open.Count == 0;
            },
            120,
            "the jobs do not end");

        // Hosts of both brokers had their share, and nothing was given twice.
        Assert.Superset(new HashSet<string> { "h0", "h1" }, hosts);
        foreach (string id in ids)
        {
            Assert.Single(await run.AttemptsAsync(id));
        }
    }

    // The gateway whose broker is alive.
    private static async Task<IReadOnlyList<FarmDevice>> BrokerOneAsync(ChaosRun run) => (await run.Gateway(1).ListFarmDevicesAsync(new ListFarmDevicesRequest())).Devices;
}
