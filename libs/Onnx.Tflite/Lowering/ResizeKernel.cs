namespace Onnx.Tflite.Lowering;

/// <summary>Weights of linear and cubic interpolation, widened for antialiasing when sizes shrink.</summary>
internal sealed class ResizeKernel
{
    private readonly double _radius;
    private readonly double _stretch;
    private readonly bool _excludeOutside;
    private readonly Func<double, double> _weight;

    private ResizeKernel(double radius, double stretch, bool excludeOutside, Func<double, double> weight)
    {
        (_radius, _stretch, _excludeOutside, _weight) = (radius, stretch, excludeOutside, weight);
    }

    /// <summary>The kernel of a mode.</summary>
    /// <param name="mode">linear or cubic.</param>
    /// <param name="a">Coefficient of the cubic kernel.</param>
    /// <param name="scale">1, or the scale below 1 that antialiasing widens the kernel by.</param>
    /// <param name="excludeOutside">Whether positions outside count nothing, instead of repeating the border.</param>
    public static ResizeKernel Of(string mode, double a, double scale, bool excludeOutside) => mode switch
    {
        "linear" => new ResizeKernel(1, scale, excludeOutside, distance => Math.Max(0, 1 - distance)),
        "cubic" => new ResizeKernel(2, scale, excludeOutside, distance => Cubic(distance, a)),
        _ => throw new RefusedException(ReasonCode.UnsupportedAttribute, $"resize mode '{mode}'", "use nearest, linear or cubic"),
    };

    /// <summary>Writes the weights of all operand elements for one position.</summary>
    public void AddRow(Span<float> row, double position)
    {
        double reach = _radius / _stretch;
        int first = (int)Math.Floor(position - reach) + 1, last = (int)Math.Ceiling(position + reach) - 1;
        var weights = new double[Math.Max(last - first + 1, 1)];
        double sum = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            bool outside = first + i < 0 || first + i >= row.Length;
            weights[i] = outside && (_excludeOutside || _stretch < 1) ? 0 : _weight(Math.Abs(position - (first + i)) * _stretch);
            sum += weights[i];
        }

        bool normalize = _excludeOutside || _stretch < 1;
        for (int i = 0; i < weights.Length; i++)
        {
            row[Math.Clamp(first + i, 0, row.Length - 1)] += (float)(normalize && sum != 0 ? weights[i] / sum : weights[i]);
        }
    }

    private static double Cubic(double d, double a) => d switch
    {
        <= 1 => ((((a + 2) * d) - (a + 3)) * d * d) + 1,
        < 2 => ((((((a * d) - (5 * a)) * d) + (8 * a)) * d) - (4 * a)),
        _ => 0,
    };
}
