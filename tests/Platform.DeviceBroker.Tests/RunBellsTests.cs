using Microsoft.Extensions.Time.Testing;
using Platform.Contracts.Messages;
using Platform.DeviceBroker.Devices;
using Platform.DeviceBroker.Tests.Hosting;
using Platform.Store.Memory;
using static Platform.DeviceBroker.Tests.Scheduling.Farm;

namespace Platform.DeviceBroker.Tests;

public sealed class RunBellsTests
{
    private readonly FakeTimeProvider _clock = new(Start);

    [Fact]
    public async Task Ring_NamesTheHostsThatHaveSuchADevice_BusyOrNot()
    {
        await using var broker = await StartAsync(
            Device("a") with { HostId = "h1" }, Device("b") with { HostId = "h2", State = DeviceState.Running }, Device("c", "tablet") with { HostId = "h3" }, Device("d", owner: "other") with { HostId = "h4" });
        await broker.EnqueueAsync("r", "o");
        Assert.Equal(["h1", "h2"], Order((await RingAsync(broker))[0]));
    }

    [Fact]
    public async Task Ring_SeveralRunsAtOnce_OneBellForAllTheirHosts()
    {
        await using var broker = await StartAsync(Device("a") with { HostId = "h1" }, Device("c", "tablet") with { HostId = "h3" });
        await broker.EnqueueAsync("r1", "o");
        await broker.EnqueueAsync("r2", "o");
        await broker.EnqueueAsync("r3", "o", device: "tablet");
        Assert.Equal(["h1", "h3"], Order(Assert.Single(await RingAsync(broker))));
    }

    [Fact]
    public async Task Ring_NoKnownHostHasSuchADevice_IsForAllHosts()
    {
        await using var broker = await StartAsync(Device("a") with { HostId = "h1" });
        await broker.EnqueueAsync("r1", "o");
        await broker.EnqueueAsync("r2", "o", device: "new");
        Assert.Equal([], Order(Assert.Single(await RingAsync(broker))));
    }

    [Fact]
    public async Task Ring_DeviceMovedToAnotherHost_NamesThatOne()
    {
        await using var broker = await StartAsync(Device("a") with { HostId = "h1" });
        broker.Queue.Observe([Device("a") with { HostId = "h2" }]);
        await broker.EnqueueAsync("r", "o");
        Assert.Equal(["h2"], Order((await RingAsync(broker))[0]));
    }

    private static IEnumerable<string> Order(RunWorkAvailable bell) => bell.Hosts!.Order(StringComparer.Ordinal);

    private async Task<Broker> StartAsync(params StoredDevice[] devices)
    {
        var broker = await Broker.StartAsync(new MemoryStore(), _clock);
        await RingAsync(broker);
        broker.Queue.Observe(devices);
        return broker;
    }

    private static async Task<IReadOnlyList<RunWorkAvailable>> RingAsync(Broker broker)
    {
        broker.Rung.Clear();
        using var stop = new CancellationTokenSource();
        var ringing = broker.Bells.RunAsync(stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ringing);
        return [.. broker.Rung];
    }
}
