using Microsoft.Extensions.Time.Testing;
using Platform.Contracts.Broker.V1;
using Platform.DeviceBroker.Devices;
using Platform.DeviceBroker.Runs;
using Platform.DeviceBroker.Tests.Hosting;
using Platform.Store.Memory;

namespace Platform.DeviceBroker.Tests;

public sealed class HostBootTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Synchronize_LateCallOfAnEarlierStart_TakesNoRunAway()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(60));
        await using var broker = await Broker.StartAsync(new MemoryStore(), clock);
        var given = await GiveAsync(broker, clock);

        var late = await CallAsync(broker, "unheard");

        Assert.Equal("first", late.LastBoot);
        Assert.Empty(late.Start);
        Assert.Equal(RunPhase.Assigned, (await RunAsync(broker)).Phase);
        Assert.Equal(given.DeviceEpoch, (await broker.Ledger.FindAsync("d", Cancellation))!.Epoch);
    }

    [Fact]
    public async Task Synchronize_RestartedHost_LosesItsRunOnceItNamesItsLastStart()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(60));
        await using var broker = await Broker.StartAsync(new MemoryStore(), clock);
        await GiveAsync(broker, clock);

        string last = (await CallAsync(broker, "second")).LastBoot;
        var answer = await CallAsync(broker, "second", after: last);

        Assert.Equal("", answer.LastBoot);
        Assert.Equal(RunPhase.Failed, (await RunAsync(broker)).Phase);
        Assert.Equal(DeviceState.Cleaning, (await broker.Ledger.FindAsync("d", Cancellation))!.State);
    }

    private static async Task<RunAssignment> GiveAsync(Broker broker, FakeTimeProvider clock)
    {
        await CallAsync(broker, "first");
        await broker.EnqueueAsync("r", "o");
        clock.Advance(TimeSpan.FromSeconds(1));
        return Assert.Single((await CallAsync(broker, "first")).Start);
    }

    private static Task<SynchronizeResponse> CallAsync(Broker broker, string boot, string after = "") => broker.Hosts.SynchronizeAsync(
        new SynchronizeRequest { HostId = "h", BootId = boot, AfterBoot = after, Name = "h", Devices = { new AttachedDevice { DeviceId = "d", Name = "phone", Os = "14" } } }, Cancellation);

    private static async Task<StoredRun> RunAsync(Broker broker) => (await broker.Store.Runs.For("o").GetAsync("r", Cancellation))!.Value;
}
