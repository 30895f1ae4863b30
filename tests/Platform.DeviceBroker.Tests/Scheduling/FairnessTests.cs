using Platform.DeviceBroker.Scheduling;
using static Platform.DeviceBroker.Tests.Scheduling.Farm;

namespace Platform.DeviceBroker.Tests.Scheduling;

/// <summary>Who gets how much of a farm, measured over hours of a virtual clock.</summary>
public sealed class FairnessTests
{
    private const double Hour = 3600;

    // Beyond the experiments, so that nobody is promoted in them who need not be.
    private static SchedulingPolicy Patient => new() { LongestWait = TimeSpan.FromDays(10) };

    private static StoredDevices Ten => new(10);

    [Fact]
    public void Take_OrganizationsWithBacklogs_ShareDeviceTimeByWeight_HoweverLongTheirRunsTake()
    {
        var policy = Patient;
        policy.Weights["c"] = 2;
        var engine = new SchedulingEngine(policy, Start).With([.. Backlog("a", 40_000), .. Backlog("b", 40_000), .. Backlog("c", 40_000)]);
        var farm = new FarmSimulation(engine, Ten.All);
        farm.Run(20 * Hour, run => run.Owner == "b" ? 300 : 30);
        double total = farm.Used.Values.Sum();
        TestContext.Current.SendDiagnosticMessage(string.Join(", ", farm.Used.Select(used => $"{used.Key} {used.Value / total:0.0000}")));
        Assert.InRange(farm.Used["a"] / total, 0.24, 0.26);
        Assert.InRange(farm.Used["b"] / total, 0.24, 0.26);
        Assert.InRange(farm.Used["c"] / total, 0.49, 0.51);
    }

    [Fact]
    public void Take_NewOrganization_IsServedAtOnce_AndDoesNotTakeTheFarmOver()
    {
        var engine = new SchedulingEngine(Patient, Start).With(Backlog("old", 40_000));
        var farm = new FarmSimulation(engine, Ten.All);
        farm.Run(5 * Hour, _ => 60);
        engine.With(Enumerable.Range(0, 20_000).Select(i => Run($"new{i}", "new", 5 * Hour)));
        double before = farm.Used["old"];
        farm.Run(6 * Hour, _ => 60);
        Assert.InRange(farm.Began.Where(run => run.Key.StartsWith("new", StringComparison.Ordinal)).Min(run => run.Value), 5 * Hour, (5 * Hour) + 60);

        // Half of the hour's ten device hours, and ten minutes of credit at most.
        Assert.InRange(farm.Used["new"], 5 * Hour, (5 * Hour) + 1200);
        Assert.InRange(farm.Used["old"] - before, (5 * Hour) - 1200, 5 * Hour);
    }

    [Fact]
    public void Take_NewOrganizationOfShortRunsOnManyDevices_DoesNotKeepAnotherWaiting()
    {
        // A run is charged in advance with a minute: of twenty devices more than the credit, of which almost all is given back.
        var engine = new SchedulingEngine(Patient, Start);
        var farm = new FarmSimulation(engine, new StoredDevices(20).All);
        engine.With(Backlog("flooder", 20_000));
        int next = 0;
        farm.Run(60, _ => 0.25, second =>
        {
            for (; next / 10.0 <= second; next++)
            {
                engine.Enqueue(Run($"other-{next}", "other", next / 10.0), Start.AddSeconds(second));
            }
        });
        Assert.All(Enumerable.Range(0, 500), i => Assert.InRange(farm.Began[$"other-{i}"] - (i / 10.0), 0, 0.5));
    }

    [Fact]
    public void Take_ManyOrganizations_StarveNone()
    {
        var engine = new SchedulingEngine(Patient, Start).With(Enumerable.Range(0, 200).SelectMany(o => Backlog($"o{o}", 300)).ToArray());
        var farm = new FarmSimulation(engine, Ten.All);
        farm.Run(10 * Hour, run => 20 + (run.Owner.Length * 20));
        Assert.Equal(200, farm.Used.Count);
        Assert.InRange(farm.Used.Values.Min() / farm.Used.Values.Max(), 0.8, 1);
    }

    [Fact]
    public void Take_UseFades_SoThatAnEarlierHourWeighsLessThanTheLast()
    {
        var engine = new SchedulingEngine(Patient, Start);
        foreach (var (owner, hours) in new[] { ("early", 0), ("late", 6) })
        {
            var grant = engine.With(Run(owner, owner, hours * Hour)).Take(Device("d"), NothingStaged, Start.AddHours(hours))!;
            engine.Settle(grant, TimeSpan.FromHours(1));
        }

        var shares = engine.Shares;
        var at = Start.AddHours(6);
        Assert.Equal(64, shares.Of("late").Used / shares.Of("early").Used, 6);
        Assert.Equal(Hour * Math.Sqrt(2), shares.Seconds(shares.Of("late").Used, at), 1);
    }

    [Fact]
    public void Shares_AfterYears_StillTellWhoUsedMore()
    {
        var engine = new SchedulingEngine(Patient, Start);
        for (int day = 0; day < 1000; day++)
        {
            var now = Start.AddDays(day);
            foreach (string owner in new[] { "a", "b" })
            {
                engine.Enqueue(Run($"{owner}{day}", owner, day * 24 * Hour), now);
            }

            foreach (var grant in new[] { engine.Take(Device("d"), NothingStaged, now)!, engine.Take(Device("d"), NothingStaged, now)! })
            {
                engine.Settle(grant, TimeSpan.FromSeconds(grant.Order.Owner == "a" ? 500 : 400));
            }
        }

        engine.With(Run("a", "a", 1000 * 24 * Hour), Run("b", "b", 1000 * 24 * Hour));
        Assert.True(double.IsFinite(engine.Shares.Of("a").Used));
        Assert.Equal("b", engine.Next(Device("d"), 1000 * 24 * Hour));
    }

    private static IEnumerable<RunOrder> Backlog(string owner, int count) => Enumerable.Range(0, count).Select(i => Run($"{owner}-{i}", owner, i * 0.001));

    private sealed record StoredDevices(int Count)
    {
        public IReadOnlyList<Platform.DeviceBroker.Devices.StoredDevice> All => [.. Enumerable.Range(0, Count).Select(i => Device($"d{i}"))];
    }
}
