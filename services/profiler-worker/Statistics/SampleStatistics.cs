using MathNet.Numerics.Statistics;

namespace Platform.ProfilerWorker.Statistics;

/// <summary>A series of timings in microseconds, described without the assumption of a distribution. Nothing is dropped.</summary>
internal sealed record SampleStatistics
{
    // With fewer runs the largest one is no bound for the 99th percentile that holds with 99 % confidence: 0.99^459 < 0.01.
    private const int RunsForP99 = 459;
    private const int RunsForP90 = 10;
    private const double OutlierMads = 5;

    public required int Count { get; init; }

    public required double Minimum { get; init; }

    public required double Maximum { get; init; }

    public required double Mean { get; init; }

    public double? StandardDeviation { get; init; }

    public required double P50 { get; init; }

    /// <summary>95 % confidence interval of the median; null with fewer than six runs.</summary>
    public IReadOnlyList<double>? P50Interval { get; init; }

    public double? P50IntervalCoverage { get; init; }

    public double? P90 { get; init; }

    public double? P99 { get; init; }

    /// <summary>Why there is no p99; null when there is.</summary>
    public string? P99Reason { get; init; }

    /// <summary>Median absolute deviation, as it is (not scaled to a normal distribution).</summary>
    public required double MedianAbsoluteDeviation { get; init; }

    /// <summary>Correlation of each run with the next; null when it is not defined.</summary>
    public double? Lag1Autocorrelation { get; init; }

    /// <summary>Indexes of runs longer than the median by more than five median absolute deviations.</summary>
    public required IReadOnlyList<int> Outliers { get; init; }

    public static SampleStatistics Of(IReadOnlyList<double> samples)
    {
        double[] sorted = [.. samples.Order()];
        double median = SortedArrayStatistics.Median(sorted);
        double mad = samples.Select(sample => Math.Abs(sample - median)).Median();
        var interval = MedianInterval.Of(sorted);
        return new SampleStatistics
        {
            Count = samples.Count,
            Minimum = sorted[0],
            Maximum = sorted[^1],
            Mean = samples.Mean(),
            StandardDeviation = Defined(samples.StandardDeviation()),
            P50 = median,
            P50Interval = interval is { } found ? [found.Low, found.High] : null,
            P50IntervalCoverage = interval?.Coverage,
            P90 = samples.Count >= RunsForP90 ? SortedArrayStatistics.Quantile(sorted, 0.9) : null,
            P99 = samples.Count >= RunsForP99 ? SortedArrayStatistics.Quantile(sorted, 0.99) : null,
            P99Reason = samples.Count >= RunsForP99 ? null : $"p99 needs {RunsForP99} runs, there are {samples.Count}",
            MedianAbsoluteDeviation = mad,
            Lag1Autocorrelation = samples.Count < 3 ? null : Defined(Correlation.Pearson(samples.SkipLast(1), samples.Skip(1))),
            Outliers = [.. Enumerable.Range(0, samples.Count).Where(i => samples[i] > median + OutlierMads * mad)],
        };
    }

    private static double? Defined(double value) => double.IsFinite(value) ? value : null;
}
