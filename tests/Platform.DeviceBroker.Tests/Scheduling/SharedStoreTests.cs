using Microsoft.Extensions.Time.Testing;
using Platform.DeviceBroker.Devices;
using Platform.DeviceBroker.Runs;
using Platform.DeviceBroker.Tests.Hosting;
using Platform.Store;
using Platform.Store.Memory;
using static Platform.DeviceBroker.Tests.Scheduling.Farm;

namespace Platform.DeviceBroker.Tests.Scheduling;

/// <summary>Several brokers on one store, and brokers that die: the store decides.</summary>
public sealed class SharedStoreTests : IAsyncDisposable
{
    /// <summary>Every write of a broker's little story, and whether the last one is on the disk.</summary>
    public static TheoryData<int, bool> Writes { get; } = [.. from writes in Enumerable.Range(0, 9) from lands in new[] { false, true } select (writes, lands)];

    private readonly FakeTimeProvider _clock = new(Start);
    private readonly MemoryStore _documents = new();

    public ValueTask DisposeAsync() => _documents.DisposeAsync();

    [Fact]
    public async Task TwoBrokers_GiveAtOnce_NoRunAndNoDeviceTwice()
    {
        await using var first = await Broker.StartAsync(new FaultyStore(_documents), _clock);
        await using var second = await Broker.StartAsync(new FaultyStore(_documents), _clock);
        for (int i = 0; i < 300; i++)
        {
            await (i % 2 == 0 ? first : second).EnqueueAsync($"r{i}", $"o{i % 7}", i % 3);
        }

        var devices = await AddDevicesAsync(first, 400);
        await Task.WhenAll(first.Queue.CatchUpAsync(CancellationToken.None), second.Queue.CatchUpAsync(CancellationToken.None));
        var given = await Task.WhenAll(devices.SelectMany(device => new[] { first, second }.Select(broker => broker.Scheduler.GiveAsync(device, "b", NothingStaged, CancellationToken.None))));
        var won = given.Where(result => result is not null).Select(result => result!.Value).ToList();
        Assert.Equal(300, won.Count);
        Assert.Equal(300, won.Select(result => result.Run.Id).Distinct().Count());
        Assert.Equal(300, won.Select(result => result.Device.Id).Distinct().Count());
        await AssertSoundAsync(first, devices);
        await Scan(first, second);
        Assert.All(new[] { first, second }, broker => Assert.Null(broker.Queue.Take(devices[0], NothingStaged)));
    }

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task Broker_DiesAtAnyWrite_AnotherGivesEveryRunOnce(int writes, bool lastOneLands)
    {
        var faulty = new FaultyStore(_documents, writes, lastOneLands);
        await using var witness = await Broker.StartAsync(_documents, _clock);
        var devices = await AddDevicesAsync(witness, 3);
        var taken = new List<string>();
        try
        {
            await using var dying = await Broker.StartAsync(faulty, _clock);
            foreach (string id in new[] { "r1", "r2" })
            {
                await dying.EnqueueAsync(id, "o");
            }

            foreach (var device in devices.Take(2))
            {
                taken.AddRange(await dying.Scheduler.GiveAsync(device, "b", NothingStaged, CancellationToken.None) is { } given ? [given.Run.Id] : []);
            }

            await dying.Loop.ScanAsync(CancellationToken.None);
        }
        catch (CrashException)
        {
            Assert.True(faulty.HasCrashed);
        }

        await using var next = await Broker.StartAsync(_documents, _clock);
        await next.EnqueueAsync("r1", "o");
        await next.EnqueueAsync("r2", "o");
        _clock.Advance(TimeSpan.FromSeconds(31));
        await Scan(next);
        foreach (var device in await DevicesAsync(next))
        {
            taken.AddRange(await next.Scheduler.GiveAsync(device, "b", NothingStaged, CancellationToken.None) is { } given ? [given.Run.Id] : []);
        }

        Assert.Equal(taken.Count, taken.Distinct().Count());
        Assert.Equal(2, (await DevicesAsync(next)).Count(device => device.State == DeviceState.Reserved));
        await AssertSoundAsync(next, devices);
    }

    [Fact]
    public async Task Broker_StartsAgain_DecidesAsTheOneBefore()
    {
        await using var before = await Broker.StartAsync(_documents, _clock);
        var devices = await AddDevicesAsync(before, 12);
        for (int i = 0; i < 300; i++)
        {
            await before.EnqueueAsync($"r{i}", $"o{i % 7}", i % 3, i % 2 == 0 ? "phone" : "");
            _clock.Advance(TimeSpan.FromMilliseconds(10 + (i % 5)));
        }

        // Runs of different lengths, some ended, some still at work.
        foreach (var device in devices)
        {
            var given = (await before.Scheduler.GiveAsync(device, "b", NothingStaged, CancellationToken.None))!.Value;
            _clock.Advance(TimeSpan.FromSeconds(17 + given.Run.Owner[1]));
            if (device.Id != "d5" && device.Id != "d9")
            {
                await EndAsync(before, given.Run, given.Device);
            }
        }

        await Scan(before);
        await using var after = await Broker.StartAsync(_documents, _clock);
        var free = Device("extra");
        for (int i = 0; i < 200; i++)
        {
            Assert.Equal(before.Queue.Take(free, NothingStaged)?.Order.Id, after.Queue.Take(free, NothingStaged)?.Order.Id);
            _clock.Advance(TimeSpan.FromSeconds(3));
        }
    }

    [Fact]
    public async Task Give_AfterAnotherBrokerWasFaster_LooksBeforeItTakesADevice()
    {
        await using var first = await Broker.StartAsync(_documents, _clock);
        await using var second = await Broker.StartAsync(_documents, _clock);
        var devices = await AddDevicesAsync(first, 2);
        Assert.Equal((2L, 1L), (await RaceAsync("a"), await RaceAsync("b")));

        // How often the first broker took its device until it had a run: the second has given away the one whose turn it was.
        async Task<long> RaceAsync(string name)
        {
            await first.EnqueueAsync($"{name}1", "o1");
            await first.EnqueueAsync($"{name}2", "o1");
            await second.Queue.CatchUpAsync(CancellationToken.None);
            var theirs = await GiveAsync(second, devices[1]);
            long before = (await first.Ledger.FindAsync(devices[0].Id, CancellationToken.None))!.Epoch;
            var ours = await GiveAsync(first, devices[0]);
            Assert.Equal(($"{name}1", $"{name}2"), (theirs.Run.Id, ours.Run.Id));
            await second.Ledger.ReleaseAsync(theirs.Device, CancellationToken.None);
            await first.Ledger.ReleaseAsync(ours.Device, CancellationToken.None);
            return ours.Device.Epoch - before;
        }

        async Task<(StoredRun Run, StoredDevice Device)> GiveAsync(Broker broker, StoredDevice device) =>
            (await broker.Scheduler.GiveAsync((await broker.Ledger.FindAsync(device.Id, CancellationToken.None))!, "b", NothingStaged, CancellationToken.None))!.Value;
    }

    [Fact]
    public async Task Usage_OfTwoBrokers_AddsUp()
    {
        await using var first = await Broker.StartAsync(_documents, _clock);
        await using var second = await Broker.StartAsync(_documents, _clock);
        var devices = await AddDevicesAsync(first, 2);
        foreach (var (broker, device, i) in new[] { (first, devices[0], 0), (second, devices[1], 1) })
        {
            await broker.EnqueueAsync($"r{i}", "o");
            var given = (await broker.Scheduler.GiveAsync(device, "b", NothingStaged, CancellationToken.None))!.Value;
            _clock.Advance(TimeSpan.FromSeconds(100));
            await EndAsync(broker, given.Run, given.Device);
        }

        await Scan(first, second, first);
        var usage = Assert.Single((await first.Store.Usage.AsSystem().QueryAsync("at", ReadOnlyMemory<object>.Empty, new PageRequest(10), CancellationToken.None)).Items).Value;
        Assert.InRange(usage.Seconds, 190, 200);
    }

    [Fact]
    public async Task Cancelled_ThroughAnotherBroker_IsNotGiven_AndLeavesTheQueue()
    {
        await using var first = await Broker.StartAsync(_documents, _clock);
        await using var second = await Broker.StartAsync(_documents, _clock);
        var devices = await AddDevicesAsync(first, 1);
        await first.EnqueueAsync("r", "o");
        await second.Runs.CancelAsync("o", "r", CancellationToken.None);
        Assert.Null(await first.Scheduler.GiveAsync(devices[0], "b", NothingStaged, CancellationToken.None));
        await first.EnqueueAsync("s", "o");
        await second.Queue.CatchUpAsync(CancellationToken.None);
        await first.Runs.CancelAsync("o", "s", CancellationToken.None);
        await Scan(second);
        Assert.DoesNotContain(second.Queue.Backlog(), kind => kind.Runnable > 0);
    }

    [Fact]
    public async Task Runs_ThatCameInAnotherOrder_GoInThatOfTheirJobs()
    {
        await using var broker = await Broker.StartAsync(_documents, _clock);
        var devices = await AddDevicesAsync(broker, 3);
        var now = _clock.GetUtcNow();
        await broker.EnqueueAsync("late", "o", submitted: now + TimeSpan.FromHours(1));
        await broker.EnqueueAsync("second", "o", submitted: now - TimeSpan.FromSeconds(5));
        await broker.EnqueueAsync("first", "o", submitted: now - TimeSpan.FromSeconds(9));
        await using var next = await Broker.StartAsync(_documents, _clock);
        var order = new List<string?>();
        foreach (var device in devices)
        {
            order.Add((await next.Scheduler.GiveAsync(device, "b", NothingStaged, CancellationToken.None))?.Run.Id);
        }

        // A clock ahead of this one gains nothing by it, and loses nothing.
        Assert.Equal(["first", "second", "late"], order);
    }

    private static async Task Scan(params Broker[] brokers)
    {
        foreach (var broker in brokers)
        {
            await broker.Loop.ScanAsync(CancellationToken.None);
            await broker.Loop.ScanAsync(CancellationToken.None);
        }
    }

    private static async Task EndAsync(Broker broker, StoredRun run, StoredDevice device)
    {
        await broker.Runs.EndAsync(run.Owner, run.Id, device.Epoch, RunPhase.Succeeded, null, null, CancellationToken.None);
        var free = await broker.Ledger.UpdateAsync(device, current => current with { State = DeviceState.Idle, RunId = null, RunOwner = null, Since = broker.Clock.GetUtcNow() }, CancellationToken.None);
        broker.Queue.Observe([free!.Value]);
    }

    private static async Task<List<StoredDevice>> AddDevicesAsync(Broker broker, int count)
    {
        var devices = Enumerable.Range(0, count).Select(i => Device($"d{i}") with { SeenAt = Start.AddDays(1) }).ToList();
        foreach (var device in devices)
        {
            await broker.Store.Devices.For(device.Owner).InsertAsync(device, CancellationToken.None);
        }

        return devices;
    }

    private static async Task<List<StoredDevice>> DevicesAsync(Broker broker) =>
        [.. (await broker.Store.Devices.AsSystem().QueryAsync("name", ReadOnlyMemory<object>.Empty, new PageRequest(1000), CancellationToken.None)).Items.Select(item => item.Value)];

    // Each run that is given is on the one device that says so, and the other way round.
    private static async Task AssertSoundAsync(Broker broker, List<StoredDevice> devices)
    {
        var now = (await DevicesAsync(broker)).Where(device => devices.Exists(known => known.Id == device.Id) && device.State == DeviceState.Reserved).ToList();
        foreach (var device in now)
        {
            var run = (await broker.Store.Runs.For(device.RunOwner!).GetAsync(device.RunId!, CancellationToken.None))!.Value;
            Assert.Equal((RunPhase.Assigned, device.Id, device.Epoch), (run.Phase, run.DeviceId, run.DeviceEpoch));
        }

        Assert.Equal(now.Count, now.Select(device => device.RunId).Distinct().Count());
    }
}
