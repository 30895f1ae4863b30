namespace Platform.Runners.Tests;

public sealed class ParityFiguresTests
{
    [Fact]
    public void Of_EqualValues_IsInfinite() => Assert.Equal(ParityFigures.Equal, ParityFigures.Of([1, -2, double.NaN], [1, -2, double.NaN]));

    [Fact]
    public void Of_SmallNoise_MatchesTheDefinitions()
    {
        var figures = ParityFigures.Of([3, 4], [3, 4.05]);
        Assert.Equal(0.05, figures.MaxAbs, 9);
        Assert.Equal(0.05, figures.MaxRelative, 9);
        Assert.Equal(10 * Math.Log10(25 / 0.0025), figures.SnrDb, 6);
        Assert.Equal(((3 * 3) + (4 * 4.05)) / Math.Sqrt(25 * (9 + (4.05 * 4.05))), figures.Cosine, 9);
    }

    [Theory]
    [InlineData(1, double.NaN)]
    [InlineData(double.PositiveInfinity, 1)]
    [InlineData(double.PositiveInfinity, double.NegativeInfinity)]
    [InlineData(0, 1e-9)]
    public void Of_NotComparable_IsMinusInfinite(double expected, double actual) => Assert.Equal(double.NegativeInfinity, ParityFigures.Of([expected], [actual]).SnrDb);
}
