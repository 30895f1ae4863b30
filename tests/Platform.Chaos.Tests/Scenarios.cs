using Platform.Chaos.Tests.Faults;

namespace Platform.Chaos.Tests;

/// <summary>The table.</summary>
internal static class Scenarios
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(8, "build node killed while it compiles", Stage.Farm, WorkerFaults.BuildNodeKilledAsync),
        new(9, "farm host killed during a run", Stage.Farm, WorkerFaults.HostKilledAsync),
        new(15, "message broker killed under load", Stage.Farm, BusFaults.KilledUnderLoadAsync),
    ];
}
