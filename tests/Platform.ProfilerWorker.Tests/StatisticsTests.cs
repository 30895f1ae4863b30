using Platform.ProfilerWorker.Statistics;

namespace Platform.ProfilerWorker.Tests;

public sealed class StatisticsTests
{
    [Theory]
    [InlineData(6, 1, 6, 0.969)]
    [InlineData(10, 2, 9, 0.979)]
    [InlineData(20, 6, 15, 0.959)]
    [InlineData(30, 10, 21, 0.957)]
    [InlineData(50, 18, 33, 0.967)]
    [InlineData(64, 24, 41, 0.967)]
    [InlineData(100, 40, 61, 0.965)]
    public void MedianInterval_OfRanks_IsTheKnownTable(int count, int low, int high, double coverage)
    {
        var interval = MedianInterval.Of(Ranks(count))!.Value;
        Assert.Equal((low, high), (interval.Low, interval.High));
        Assert.Equal(coverage, interval.Coverage, 0.0006);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    public void MedianInterval_TooFewRuns_IsNone(int count) => Assert.Null(MedianInterval.Of(Ranks(count)));

    [Fact]
    public void MedianInterval_AnyCount_CoversEnoughAndIsTheNarrowest()
    {
        for (int count = 6; count <= 300; count++)
        {
            var interval = MedianInterval.Of(Ranks(count))!.Value;
            Assert.InRange(interval.Coverage, 0.95, 1);
            Assert.Equal(count + 1, interval.Low + interval.High);
            Assert.True(Coverage(count, (int)interval.Low + 1) < 0.95, $"{count} runs have a narrower interval");
        }
    }

    [Theory]
    [InlineData(9, false, false)]
    [InlineData(10, true, false)]
    [InlineData(458, true, false)]
    [InlineData(459, true, true)]
    public void SampleStatistics_Percentiles_NeedEnoughRuns(int count, bool p90, bool p99)
    {
        var statistics = SampleStatistics.Of(Ranks(count));
        Assert.Equal((p90, p99, p99), (statistics.P90 is not null, statistics.P99 is not null, statistics.P99Reason is null));
    }

    [Fact]
    public void SampleStatistics_FewRuns_SaysWhyThereIsNoP99() => Assert.Equal("p99 needs 459 runs, there are 30", SampleStatistics.Of(Ranks(30)).P99Reason);

    [Fact]
    public void SampleStatistics_Unsorted_DescribesTheSeries()
    {
        var statistics = SampleStatistics.Of([5, 1, 4, 2, 3]);

        Assert.Equal((5, 1, 5, 3, 3, 1), (statistics.Count, statistics.Minimum, statistics.Maximum, statistics.Mean, statistics.P50, statistics.MedianAbsoluteDeviation));
        Assert.Equal(Math.Sqrt(2.5), statistics.StandardDeviation!.Value, 12);
        Assert.Null(statistics.P50Interval);
        Assert.Null(statistics.P50IntervalCoverage);
    }

    [Fact]
    public void SampleStatistics_OneRun_LeavesOutWhatIsNotDefined()
    {
        var statistics = SampleStatistics.Of([7]);

        Assert.Equal((7, 7, 0), (statistics.P50, statistics.Mean, statistics.MedianAbsoluteDeviation));
        Assert.Null(statistics.StandardDeviation);
        Assert.Null(statistics.Lag1Autocorrelation);
        Assert.Empty(statistics.Outliers);
    }

    [Fact]
    public void SampleStatistics_ConstantSeries_HasNoCorrelation() => Assert.Null(SampleStatistics.Of([4, 4, 4, 4]).Lag1Autocorrelation);

    [Fact]
    public void SampleStatistics_Correlation_TellsATrendFromAnAlternation()
    {
        Assert.Equal(1, SampleStatistics.Of(Ranks(20)).Lag1Autocorrelation!.Value, 9);
        Assert.Equal(-1, SampleStatistics.Of([1, 2, 1, 2, 1, 2]).Lag1Autocorrelation!.Value, 9);
    }

    [Fact]
    public void SampleStatistics_LongRuns_AreFlaggedAndKept()
    {
        // Median 100, median absolute deviation 1: 105 is at the limit, 106 beyond it; a short run is no outlier.
        var statistics = SampleStatistics.Of([99, 101, 99, 101, 106, 100, 100, 105, 99, 101, 50]);

        Assert.Equal(1, statistics.MedianAbsoluteDeviation);
        Assert.Equal([4], statistics.Outliers);
        Assert.Equal((11, 106), (statistics.Count, statistics.Maximum));
    }

    [Fact]
    public void WarmUp_SlowBeginning_EndsWhereTheWindowLooksLikeTheRest()
    {
        // A window of ten that begins at run 15 is half slow, its median between; from run 16 on most of it is steady.
        var samples = Enumerable.Range(0, 100).Select(i => (i < 20 ? 500.0 : 100.0) + i % 3).ToList();
        Assert.Equal(16, WarmUp.ChangePoint(samples));
    }

    [Fact]
    public void WarmUp_SteadySeries_HasNone() => Assert.Equal(0, WarmUp.ChangePoint(Noisy(100, _ => 100)));

    [Fact]
    public void WarmUp_SeriesThatNeverSettles_IsUnknown() => Assert.Null(WarmUp.ChangePoint([.. Enumerable.Range(0, 100).Select(i => i < 61 ? 100.0 : 1.0)]));

    [Theory]
    [InlineData(1.0, "steady")]
    [InlineData(1.015, "steady")] // the intervals lie apart, but the change says nothing
    [InlineData(1.05, "drifting")]
    [InlineData(1.2, "throttled")]
    [InlineData(0.8, "drifting")] // faster is no throttling
    public void Drift_LastThirdAgainstFirst_HasItsVerdict(double factor, string verdict)
    {
        var drift = Drift.Of(Noisy(90, i => i < 60 ? 100 : 100 * factor));
        Assert.Equal(verdict, drift.Verdict);
        Assert.Equal(factor - 1, drift.Change!.Value, 0.002);
    }

    [Fact]
    public void Drift_OverlappingIntervals_IsSteady() =>
        Assert.Equal("steady", Drift.Of([.. Enumerable.Range(0, 30).Select(i => (i < 20 ? 100.0 : 115.0) + i % 10 * 20)]).Verdict);

    [Theory]
    [InlineData(17, "unknown")]
    [InlineData(18, "steady")]
    public void Drift_FewRuns_IsUnknown(int count, string verdict) => Assert.Equal(verdict, Drift.Of(Noisy(count, _ => 100)).Verdict);

    private static List<double> Ranks(int count) => [.. Enumerable.Range(1, count).Select(rank => (double)rank)];

    private static List<double> Noisy(int count, Func<int, double> level) => [.. Enumerable.Range(0, count).Select(i => level(i) + i % 3 * 0.1)];

    // From Pascal's triangle, not from the library that the product uses.
    private static double Coverage(int count, int rank)
    {
        double term = Math.Pow(0.5, count), below = 0;
        for (int k = 0; k < rank; k++)
        {
            below += term;
            term *= (double)(count - k) / (k + 1);
        }

        return 1 - 2 * below;
    }
}
