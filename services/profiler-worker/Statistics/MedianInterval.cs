using MathNet.Numerics.Distributions;

namespace Platform.ProfilerWorker.Statistics;

/// <summary>The narrowest symmetric pair of order statistics that holds the median with at least 95 %, whatever the distribution.</summary>
/// <param name="Low">Lower bound.</param>
/// <param name="High">Upper bound.</param>
/// <param name="Coverage">The exact probability that the median lies between them, for independent runs.</param>
internal readonly record struct MedianInterval(double Low, double High, double Coverage)
{
    private const double Confidence = 0.95;

    /// <param name="sorted">Samples in rising order.</param>
    /// <returns>The interval; null when there are too few samples for any.</returns>
    public static MedianInterval? Of(IReadOnlyList<double> sorted)
    {
        int n = sorted.Count;
        var heads = new Binomial(0.5, Math.Max(n, 1));
        for (int rank = n / 2; rank >= 1; rank--)
        {
            // Below the rank-th smallest value, or above the rank-th largest one, lie fewer than rank samples.
            double coverage = 1 - 2 * heads.CumulativeDistribution(rank - 1);
            if (coverage >= Confidence)
            {
                return new MedianInterval(sorted[rank - 1], sorted[n - rank], coverage);
            }
        }

        return null;
    }
}
