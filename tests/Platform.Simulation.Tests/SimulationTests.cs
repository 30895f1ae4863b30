using System.Diagnostics;

namespace Platform.Simulation.Tests;

/// <summary>Worlds by the seed: in each, every law holds.</summary>
public sealed class SimulationTests
{
    private const int Usual = 150;

    private static int Setting(string name, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(name), out int value) ? value : otherwise;

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
