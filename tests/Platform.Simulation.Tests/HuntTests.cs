#if PLANTED_BUGS
using System.Diagnostics;

namespace Platform.Simulation.Tests;

/// <summary>
/// Each planted defect is found. These tests exist only in the program that is built with them. FENCE_SKIPPED is the gateway's fence, by
/// which a report of an earlier attempt is refused; SELF_FENCE_SKIPPED is that of nodes and hosts, which end their work when nobody answers.
/// </summary>
public sealed class HuntTests
{
    private const int MostSeeds = 1000;

    [Theory]
    [InlineData("ACK_BEFORE_CLAIM")]
    [InlineData("EFFECT_REMOVED_EARLY")]
    [InlineData("FENCE_SKIPPED")]
    [InlineData("SELF_FENCE_SKIPPED")]
    [InlineData("CANCEL_LOST_FINALIZING")]
    [InlineData("NEXTAT_NULL")]
    [InlineData("EPOCH_RESET")]
    [InlineData("TERMINAL_OVERWRITTEN")]
    [InlineData("RESERVATION_NEVER_LAPSES")]
    [InlineData("DUPLICATE_EFFECT_ID")]
    [InlineData("STALE_READ")]
    public void Planted_IsFoundWithinAThousandSeeds(string bug)
    {
        AppContext.SetData("HUB_PLANTED_BUG", bug);
        var watch = Stopwatch.StartNew();
        var found = Seeds.Run(first: 1, MostSeeds, Environment.ProcessorCount, most: 1);
        TestContext.Current.SendDiagnosticMessage($"{bug}: {(found.Count == 0 ? "not found" : $"seed {found[0].Seed}: {found[0].Violation.Law}: {found[0].Violation.What}")} ({watch.Elapsed.TotalSeconds:0} s)");
        Assert.True(found.Count > 0, $"{MostSeeds} seeds do not show {bug}");
    }
}
#endif
