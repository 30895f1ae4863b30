using System.Diagnostics;

namespace Platform.Simulation.Tests;

/// <summary>Worlds by the seed: in each, every law holds.</summary>
public sealed class SimulationTests
{
    private const int Usual = 150;

    private static int Setting(string name, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(name), out int value) ? value : otherwise;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void World_OfTheSameSeed_GoesTheSameWay(int seed)
    {
        using var one = new World(seed, traced: true);
        using var other = new World(seed, traced: true);
        Assert.Equal(one.Run(), other.Run());
        Assert.Equal((one.Scheduler.Steps, one.Scheduler.Now), (other.Scheduler.Steps, other.Scheduler.Now));
        Assert.Equal(one.Trace.Lines, other.Trace.Lines);
    }

    [Fact]
    public void Platform_InAnyWeather_KeepsItsLaws()
    {
        int first = Setting("HUB_SEED", 1);
        int seeds = Setting("HUB_SEEDS", Usual);
        var watch = Stopwatch.StartNew();
        var broken = Seeds.Run(first, seeds, Environment.ProcessorCount);
        TestContext.Current.SendDiagnosticMessage($"{seeds} seeds from {first}: {broken.Count} violations, {seeds / watch.Elapsed.TotalMinutes:0} seeds a minute");
        Assert.True(broken.Count == 0, string.Join("\n\n", broken.Take(Setting("HUB_EXPLAINED", 3)).Select(Seeds.Explain)));
    }
}
