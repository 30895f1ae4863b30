using Platform.DeviceBroker.Devices;
using Platform.DeviceBroker.Scheduling;
using static Platform.DeviceBroker.Tests.Scheduling.Farm;

namespace Platform.DeviceBroker.Tests.Scheduling;

/// <summary>Each rule of the scheduler by itself.</summary>
public sealed class SchedulingEngineTests
{
    private readonly SchedulingEngine _engine = new(new SchedulingPolicy(), Start);

    [Fact]
    public void Take_NothingMatches_IsNull()
    {
        _engine.With(Run("r", "a", name: "tablet"), Run("s", "a", attributes: "chipset:x"));
        Assert.Null(_engine.Next(Device("d")));
        Assert.Equal(2, _engine.Queued);
    }

    [Fact]
    public void Take_HigherPriority_GoesFirst_InsideItsOrganizationOnly()
    {
        _engine.With(Run("a-low", "a", 0), Run("a-high", "a", 1, priority: 5), Run("b-low", "b", 2));
        var order = Enumerable.Range(0, 3).Select(i => _engine.Next(Device("d"), 3 + i)).ToList();
        Assert.Equal(["a-high", "b-low", "a-low"], order);
    }

    [Fact]
    public void Take_EqualPriority_OldestFirst_AcrossWhatIsAskedFor()
    {
        _engine.With(Run("second", "a", 2), Run("first", "a", 1, name: ""), Run("third", "a", 3, attributes: "fast"));
        var device = Device("d", attributes: "fast");
        Assert.Equal(["first", "second", "third"], Enumerable.Range(0, 3).Select(_ => _engine.Next(device, 4)));
    }

    [Fact]
    public void Take_DeviceOfAnOrganization_ServesThatOneOnly()
    {
        _engine.With(Run("a", "a"), Run("b", "b", 1));
        Assert.Equal("b", _engine.Next(Device("d", owner: "b"), 2));
        Assert.Null(_engine.Next(Device("d", owner: "b"), 2));
        Assert.Equal("a", _engine.Next(Device("e"), 2));
    }

    [Fact]
    public void Take_IsWorkConserving_WhoeverWaitsForSuchADeviceGetsIt()
    {
        // An organization far over its share still gets what nobody else can use.
        _engine.With(Run("warm", "greedy"));
        _engine.Settle(_engine.Take(Device("d"), NothingStaged, Start)!, TimeSpan.FromDays(1));
        _engine.With(Run("g", "greedy", 1), Run("o", "other", 1, name: "tablet"));
        Assert.Equal("g", _engine.Next(Device("d"), 2));
    }

    [Fact]
    public void Take_LongerThanTheLongestWait_GoesBeforeHigherPriorities()
    {
        _engine.With(Run("low", "a", 0, priority: -5), Run("high", "a", 1700, priority: 5));
        Assert.Equal("low", _engine.Next(Device("d"), 1801));
    }

    [Fact]
    public void Take_OverdueRunOfAnOrganizationThatUsedMuch_GetsOneGrantInFour()
    {
        _engine.With(Run("warm", "heavy"));
        _engine.Settle(_engine.Take(Device("d"), NothingStaged, Start)!, TimeSpan.FromDays(10));
        _engine.With(Enumerable.Range(0, 3).Select(i => Run($"heavy{i}", "heavy", i)));
        _engine.With(Enumerable.Range(0, 20).Select(i => Run($"light{i}", "light", 1900 + i)));
        var order = Enumerable.Range(0, 12).Select(i => _engine.Next(Device("d"), 2000 + i)!).ToList();
        Assert.Equal(3, order.Count(id => id.StartsWith("heavy", StringComparison.Ordinal)));
        Assert.True(order.IndexOf("heavy0") < 4 && order.IndexOf("heavy1") < 8 && order.IndexOf("heavy2") < 12, string.Join(' ', order));
    }

    [Fact]
    public void Take_LowPriorityUnderAnEndlessStream_BeginsWithinItsBound()
    {
        var farm = new FarmSimulation(_engine.With(Run("patient", "a", 0, priority: -100)), [Device("d")]);
        int arrived = 0;
        farm.Run(4000, _ => 60, second =>
        {
            for (; arrived * 30 <= second; arrived++)
            {
                _engine.Enqueue(Run($"s{arrived}", "a", arrived * 30, priority: 100), Start.AddSeconds(second));
            }
        });
        Assert.InRange(farm.Began["patient"], 1800, 1800 + 60);
    }

    [Fact]
    public void Take_ModelOnTheHost_GoesFirst_WithinBounds()
    {
        _engine.With(Enumerable.Range(0, 40).Select(i => Run($"other{i}", "a", i, model: 7)));
        _engine.With(Run("near", "a", 10.5, model: 9), Run("far", "a", 30.5, model: 9), Run("urgent", "a", 50, priority: 1, model: 7));
        var staged = new HashSet<ulong> { 9 };
        var order = Enumerable.Range(0, 3).Select(i => _engine.Take(Device("d"), staged, Start.AddSeconds(60 + i))!.Order.Id).ToList();
        Assert.Equal(["urgent", "near", "other0"], order);
    }

    [Fact]
    public void Take_EndlessStreamOfTheStagedModel_OvertakesARunOnlySoOften()
    {
        _engine.With(Run("first", "a", model: 7));
        _engine.With(Enumerable.Range(1, 30).Select(i => Run($"staged{i}", "a", i, model: 9)));
        var staged = new HashSet<ulong> { 9 };
        var order = Enumerable.Range(0, 20).Select(i => _engine.Take(Device("d"), staged, Start.AddSeconds(60 + i))!.Order.Id).ToList();
        Assert.Equal(8, order.IndexOf("first"));
    }

    [Fact]
    public void GiveBack_PutsTheRunWhereItWas_AndChargesNothing()
    {
        _engine.With(Run("a1", "a", 0), Run("a2", "a", 1), Run("b1", "b", 0.5));
        var grant = _engine.Take(Device("d"), NothingStaged, Start.AddSeconds(2))!;
        _engine.GiveBack(grant);
        Assert.Equal("a1", grant.Order.Id);
        Assert.Equal(0, _engine.Shares.Of("a").Used, 6);
        Assert.Equal(["b1", "a1", "a2"], Enumerable.Range(0, 3).Select(_ => _engine.Next(Device("d"), 4)).Order(Comparer<string?>.Create((x, y) => string.CompareOrdinal(x![..1], y![..1]) * -1)));
        Assert.Equal(0, _engine.Queued);
    }

    [Fact]
    public void Sweep_DropsWhatTheStoreHasNoMore_AndKeepsWhatCameMeanwhile()
    {
        _engine.With(Run("gone", "a"), Run("kept", "a"));
        _engine.BeginSweep();
        _engine.With(Run("kept", "a"), Run("new", "a"));
        _engine.EndSweep();
        Assert.Equal((false, true, true), (_engine.Contains("gone"), _engine.Contains("kept"), _engine.Contains("new")));
    }

    [Fact]
    public void Describe_PlaceCountsWhatGoesBefore_TheOwnAndTheOthersTurns()
    {
        _engine.With(Enumerable.Range(0, 5).Select(i => Run($"a{i}", "a", i)));
        _engine.With(Enumerable.Range(0, 2).Select(i => Run($"b{i}", "b", 10 + i)));
        Assert.Equal([1, 3, 5, 6, 7], Enumerable.Range(0, 5).Select(i => _engine.Describe(Run($"a{i}", "a", i)).Place));
        Assert.Equal(1, _engine.Describe(Run("b0", "b", 10)).Place);
        Assert.Equal(0, _engine.Describe(Run("unknown", "a")).Place);
    }

    [Fact]
    public void Describe_TellsTheDevices_AndTheTimeOnceSomeHasBeenMeasured()
    {
        _engine.Observe(Device("idle"));
        _engine.Observe(Device("busy") with { State = DeviceState.Running });
        _engine.Observe(Device("ill") with { Health = DeviceHealth.Bad });
        _engine.Observe(Device("retired") with { Health = DeviceHealth.Retired });
        _engine.Observe(Device("foreign", owner: "b"));
        var orders = Enumerable.Range(0, 4).Select(i => Run($"r{i}", "a", i)).ToList();
        _engine.With(orders);
        Assert.Equal(new WaitFacts(4, 3, 2, 1, 0), _engine.Describe(orders[3]));
        _engine.Settle(_engine.Take(Device("idle"), NothingStaged, Start.AddSeconds(5))!, TimeSpan.FromSeconds(40));
        Assert.Equal(new WaitFacts(3, 3, 2, 1, 40), _engine.Describe(orders[3]));
        _engine.Observe(Device("idle") with { State = DeviceState.Offline });
        Assert.Equal((1, 0), (_engine.Describe(orders[3]).Usable, _engine.Describe(orders[3]).Idle));
    }

    [Fact]
    public void Backlog_CountsRunsForEachKindOfDevice()
    {
        _engine.Observe(Device("p", attributes: "x"));
        _engine.Observe(Device("q") with { State = DeviceState.Running });
        _engine.Observe(Device("mine", "board", owner: "a"));
        _engine.With(Run("1", "a"), Run("2", "a", attributes: "x"), Run("3", "b", name: "board"), Run("4", "a", name: "board"));
        Assert.Equal([("phone", 2, 2, 1), ("board", 1, 1, 1)], _engine.Backlog());
    }

    [Fact]
    public void Enqueue_SelectorsWithoutEnd_AreForgottenWhenNobodyWaitsWithThem()
    {
        for (int i = 0; i < 20_000; i++)
        {
            _engine.With(Run($"r{i}", "a", i, attributes: $"odd:{i}"));
            Assert.True(_engine.Remove($"r{i}"));
        }

        _engine.With(Run("last", "a", attributes: "odd:7"));
        Assert.Null(_engine.Next(Device("d", attributes: "odd:8"), 20_000));
        Assert.Equal("last", _engine.Next(Device("d", attributes: "odd:7"), 20_000));
    }
}
