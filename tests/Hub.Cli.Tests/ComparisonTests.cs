using Hub.Cli.Comparison;

namespace Hub.Cli.Tests;

public sealed class ComparisonTests
{
    private static readonly double[] s_samples = [.. Enumerable.Range(0, 100).Select(i => 100.0 + i % 10)];

    [Fact]
    public void SampleComparison_SameSeries_HasNoChange()
    {
        var change = SampleComparison.Of(s_samples, s_samples, Average);
        Assert.Equal((0, 0, 0), (change.Relative, change.Low, change.High));
        Assert.False(change.IsClear);
    }

    [Fact]
    public void SampleComparison_EveryRunSlower_IsClearWithANarrowInterval()
    {
        var change = SampleComparison.Of(s_samples, [.. s_samples.Select(value => value * 1.05)], Average);

        Assert.Equal(0.05, change.Relative, 12);
        Assert.Equal(0.05, change.Low, 12); // paired: what both series share does not widen it
        Assert.Equal(0.05, change.High, 12);
        Assert.True(change.IsClear);
    }

    [Fact]
    public void SampleComparison_NoiseAlone_MayBeChance()
    {
        double[] other = [.. s_samples.Select((value, i) => value + (i * 7919 % 13 - 6) * 3)];
        var change = SampleComparison.Of(s_samples, other, Average);

        Assert.InRange(change.Relative, change.Low, change.High);
        Assert.False(change.IsClear);
    }

    [Fact]
    public void SampleComparison_Again_GivesTheSameInterval()
    {
        double[] other = [.. s_samples.Select((value, i) => value + i % 7)];
        Assert.Equal(SampleComparison.Of(s_samples, other, Average), SampleComparison.Of(s_samples, other, Average));
    }

    [Fact]
    public void SampleComparison_DifferentLengths_ComparesWholeSeries()
    {
        var change = SampleComparison.Of([10, 10, 10, 10], [20, 20], Average);
        Assert.Equal((10, 20, 1, 1, 1), (change.Before, change.After, change.Relative, change.Low, change.High));
    }

    [Fact]
    public void SampleComparison_FromZero_IsNoChangeRatherThanInfinity() => Assert.Equal(0, SampleComparison.Of([0, 0], [1, 1], Average).Relative);

    [Theory]
    [InlineData("p50 > +3%", "p50", 0.03, true)]
    [InlineData("memory>10%", "memory", 0.1, true)]
    [InlineData("  min < -2.5 %  ", "min", -0.025, false)]
    public void GateRule_Rule_IsRead(string text, string figure, double limit, bool more)
    {
        var rule = GateRule.Parse(text);
        Assert.Equal((figure, more), (rule.Figure, rule.More));
        Assert.Equal(limit, rule.Limit, 12);
    }

    [Theory]
    [InlineData("")]
    [InlineData("p50")]
    [InlineData("p51 > 3%")]
    [InlineData("p50 >= 3%")]
    [InlineData("p50 > 3")]
    [InlineData("p50 > three%")]
    [InlineData("p50 > 3,5%")]
    [InlineData("p50 > 3% and more")]
    public void GateRule_NoRule_IsRefusedWithAnExample(string text)
    {
        var error = Assert.Throws<CliException>(() => GateRule.Parse(text));
        Assert.Equal(ExitCode.Refused, error.Code);
        Assert.Contains("p50 > +3%", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("p50 > +3%", 0.031, 0.05, true)]
    [InlineData("p50 > +3%", 0.029, 0.05, false)] // may be chance
    [InlineData("p50 > +3%", 0.03, 0.05, false)]
    [InlineData("p50 < -3%", -0.05, -0.031, true)]
    [InlineData("p50 < -3%", -0.05, -0.029, false)]
    public void GateRule_Change_FailsOnlyWhenTheWholeIntervalIsBeyond(string rule, double low, double high, bool fails) =>
        Assert.Equal(fails, GateRule.Parse(rule).Fails(new Change(1, 1, (low + high) / 2, low, high)));

    private static double Average(double[] values) => values.Average();
}
