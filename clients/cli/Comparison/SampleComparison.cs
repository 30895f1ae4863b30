using MathNet.Numerics.Random;
using MathNet.Numerics.Statistics;

namespace Hub.Cli.Comparison;

/// <summary>How a figure changed from one measurement to another.</summary>
/// <param name="Before">The figure of the first.</param>
/// <param name="After">The figure of the second.</param>
/// <param name="Relative">Relative change: 0.03 is 3 % more.</param>
/// <param name="Low">Lower end of the 95 % interval of the change.</param>
/// <param name="High">Upper end.</param>
internal sealed record Change(double Before, double After, double Relative, double Low, double High)
{
    /// <summary>Whether the interval leaves no change out.</summary>
    public bool IsClear => Low > 0 || High < 0;
}

/// <summary>
/// Compares two series of timings by a paired bootstrap: both are resampled by the same positions, so that what both share
/// (a warm-up, a periodic disturbance) does not widen the interval.
/// </summary>
internal static class SampleComparison
{
    private const int Resamples = 2000;
    private const int Seed = 1;

    public static Change Of(IReadOnlyList<double> before, IReadOnlyList<double> after, Func<double[], double> figure)
    {
        int pairs = Math.Min(before.Count, after.Count);
        var random = new MersenneTwister(Seed);
        var changes = new double[Resamples];
        for (int i = 0; i < Resamples; i++)
        {
            int[] positions = random.NextInt32s(pairs, 0, pairs);
            changes[i] = Relative(figure([.. positions.Select(position => before[position])]), figure([.. positions.Select(position => after[position])]));
        }

        double first = figure([.. before]), second = figure([.. after]);
        return new Change(first, second, Relative(first, second), changes.Quantile(0.025), changes.Quantile(0.975));
    }

    private static double Relative(double before, double after) => before == 0 ? 0 : (after - before) / before;
}
