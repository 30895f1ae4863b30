using System.Diagnostics;
using System.Globalization;

namespace Platform.Chaos.Tests;

/// <summary>
/// Every fault of the table, on real processes. <c>HUB_CHAOS</c> says which: <c>all</c>, numbers (<c>3,9</c>), or nothing for the quick ones.
/// </summary>
[TestCaseOrderer(typeof(ByNumber))]
public sealed class ChaosTests(Stages stages) : IClassFixture<Stages>
{
    private static readonly int[] s_quick = [1, 5, 8, 14];
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(60);

    public static IEnumerable<TheoryDataRow<int, string>> Chosen => Scenarios.All.Where(scenario => IsChosen(scenario.Number)).Select(scenario => new TheoryDataRow<int, string>(scenario.Number, scenario.Name));

    [Theory]
    [MemberData(nameof(Chosen))]
    public async Task Fault_IsSurvived(int number, string name)
    {
        var scenario = Scenarios.All.Single(one => one.Number == number);
        var output = TestContext.Current.TestOutputHelper!;
        long began = Stopwatch.GetTimestamp();
        ChaosRun? run = null;
        string outcome = "ok";
        try
        {
            run = await stages.EnterAsync(scenario, output);
            await scenario.RunAsync(run).WaitAsync(s_longest);
            await run.FinishAsync();
        }
        catch (Exception failed)
        {
            outcome = failed is Xunit.Sdk.SkipException ? "skipped: " + failed.Message : "FAILED: " + failed.Message.Split('\n')[0];
            await stages.AbandonAsync();
            throw;
        }
        finally
        {
            double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            stages.Note(string.Create(CultureInfo.InvariantCulture, $"chaos {number,2} {name,-46} {seconds,6:0.0} s  {run?.Jobs ?? 0,6} jobs  recovery {run?.RecoverySeconds ?? 0,5:0.0} s  {outcome}"), output);
        }
    }

    private static bool IsChosen(int number) => Environment.GetEnvironmentVariable("HUB_CHAOS") switch
    {
        null or "" => s_quick.Contains(number),
        "all" => true,
        { } numbers => numbers.Split(',').Contains(number.ToString(CultureInfo.InvariantCulture)),
    };
}
