namespace Platform.Runners;

/// <summary>Differences between two lists of numbers.</summary>
internal readonly record struct ParityFigures(double MaxAbs, double MaxRelative, double SnrDb, double Cosine)
{
    public static ParityFigures Equal => new(0, 0, double.PositiveInfinity, 1);

    public static ParityFigures Of(ReadOnlySpan<double> expected, ReadOnlySpan<double> actual)
    {
        double signal = 0, noise = 0, other = 0, product = 0, largest = 0, low = double.PositiveInfinity, high = double.NegativeInfinity;
        for (int i = 0; i < expected.Length; i++)
        {
            double x = expected[i], y = actual[i];
            if (x.Equals(y) && !double.IsFinite(x))
            {
                continue;
            }

            if (!double.IsFinite(x) || !double.IsFinite(y))
            {
                return new ParityFigures(double.PositiveInfinity, double.PositiveInfinity, double.NegativeInfinity, 0);
            }

            signal += x * x;
            other += y * y;
            product += x * y;
            noise += (x - y) * (x - y);
            largest = Math.Max(largest, Math.Abs(x - y));
            (low, high) = (Math.Min(low, x), Math.Max(high, x));
        }

        return new ParityFigures(largest, Share(largest, high - low), Decibel(signal, noise), signal == 0 && other == 0 ? 1 : signal == 0 || other == 0 ? 0 : product / Math.Sqrt(signal * other));
    }

    /// <summary>The worse of each figure.</summary>
    public ParityFigures Worse(ParityFigures other) =>
        new(Math.Max(MaxAbs, other.MaxAbs), Math.Max(MaxRelative, other.MaxRelative), Math.Min(SnrDb, other.SnrDb), Math.Min(Cosine, other.Cosine));

    private static double Share(double difference, double range) => difference == 0 ? 0 : range > 0 ? difference / range : double.PositiveInfinity;

    private static double Decibel(double signal, double noise) => noise == 0 ? double.PositiveInfinity : signal == 0 ? double.NegativeInfinity : 10 * Math.Log10(signal / noise);
}
