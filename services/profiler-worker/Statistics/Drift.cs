using MathNet.Numerics.Statistics;

namespace Platform.ProfilerWorker.Statistics;

/// <summary>Whether the machine kept its speed: the first third against the last.</summary>
/// <param name="Verdict">steady, drifting, throttled; unknown with too few runs.</param>
/// <param name="Change">Median of the last third over that of the first, less one.</param>
internal sealed record Drift(string Verdict, double? Change)
{
    // A change below this says nothing about a processor's clock, even where the intervals are very narrow.
    private const double Negligible = 0.02;
    private const double Throttling = 0.1;

    public static Drift Of(IReadOnlyList<double> samples)
    {
        double[] first = [.. samples.Take(samples.Count / 3).Order()];
        double[] last = [.. samples.TakeLast(samples.Count / 3).Order()];
        if (MedianInterval.Of(first) is not { } before || MedianInterval.Of(last) is not { } after)
        {
            return new Drift("unknown", null);
        }

        double change = last.Median() / first.Median() - 1;
        bool overlap = before.Low <= after.High && after.Low <= before.High;
        string verdict = overlap || Math.Abs(change) < Negligible ? "steady" : change > Throttling ? "throttled" : "drifting";
        return new Drift(verdict, change);
    }
}
