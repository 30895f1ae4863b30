using MathNet.Numerics.Statistics;

namespace Platform.ProfilerWorker.Statistics;

/// <summary>Finds where a series stops getting faster: the first place from which a window looks like the last half.</summary>
internal static class WarmUp
{
    private const int Window = 10;
    private const double Mads = 3;

    /// <returns>Runs that belong to the warm-up; null when no place up to the middle looks like the end.</returns>
    public static int? ChangePoint(IReadOnlyList<double> samples)
    {
        var last = samples.Skip(samples.Count / 2).ToList();
        double median = last.Median();
        double mad = last.Select(sample => Math.Abs(sample - median)).Median();
        for (int k = 0; k <= samples.Count / 2; k++)
        {
            if (Math.Abs(samples.Skip(k).Take(Window).Median() - median) <= Mads * mad)
            {
                return k;
            }
        }

        return null;
    }
}
