namespace Torch.Onnx.Operators;

/// <summary>How an axis is resized.</summary>
internal enum ResizeMode
{
    Nearest,
    NearestExact,
    Linear,
    Cubic,
}

/// <summary>
/// One axis of a resize, as PyTorch computes it: source positions in single precision, weights from them. Used where an
/// operator of ONNX would look at other pixels.
/// </summary>
/// <param name="Mode">How pixels are mixed.</param>
/// <param name="Input">Size before.</param>
/// <param name="Output">Size after.</param>
/// <param name="Scale">The factor given; null where only the size was given.</param>
/// <param name="AlignCorners">Whether the corner pixels' centres coincide.</param>
internal sealed record ResizeAxis(ResizeMode Mode, long Input, long Output, double? Scale, bool AlignCorners)
{
    private const float CubicCoefficient = -0.75f;

    /// <summary>Input pixels for one output pixel.</summary>
    public float Step => AlignCorners
        ? (Output > 1 ? (float)(Input - 1) / (Output - 1) : 0)
        : Scale is { } scale && scale > 0 ? (float)(1.0 / scale) : (float)Input / Output;

    /// <summary>Source pixels of nearest-neighbour modes.</summary>
    public long[] Sources() => [.. Enumerable.Range(0, (int)Output).Select(i => Math.Min((long)MathF.Floor((Mode == ResizeMode.Nearest ? i : i + 0.5f) * Step), Input - 1))];

    /// <summary>Whether Resize, given this factor, makes the same size and looks at the same pixels.</summary>
    public bool FitsOperator(float scale)
    {
        if ((long)MathF.Floor(Input * scale) != Output)
        {
            return false;
        }

        if (Mode is ResizeMode.Linear or ResizeMode.Cubic)
        {
            return true;
        }

        long[] sources = Sources();
        for (int i = 0; i < sources.Length; i++)
        {
            float position = Mode == ResizeMode.Nearest ? i / scale : ((i + 0.5f) / scale) - 0.5f;
            float rounded = Mode == ResizeMode.Nearest ? MathF.Floor(position) : MathF.Floor(position + 0.5f);
            if (Math.Clamp((long)rounded, 0, Input - 1) != sources[i])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The matrix [output, input] of weights.</summary>
    public double[] Weights()
    {
        double[] weights = new double[Output * Input];
        for (int i = 0; i < Output; i++)
        {
            float source = AlignCorners ? i * Step : ((i + 0.5f) * Step) - 0.5f;
            if (Mode == ResizeMode.Linear)
            {
                AddLinear(weights.AsSpan(i * (int)Input, (int)Input), Math.Max(source, 0));
            }
            else
            {
                AddCubic(weights.AsSpan(i * (int)Input, (int)Input), source);
            }
        }

        return weights;
    }

    /// <summary>The matrix [output, input] of an antialiased resize: the filter is as wide as the step when it shrinks.</summary>
    public double[] AntialiasedWeights()
    {
        double[] weights = new double[Output * Input];
        double step = AlignCorners ? Step : Scale is { } scale && scale > 0 ? 1 / scale : (double)Input / Output;
        double radius = (Mode == ResizeMode.Cubic ? 2 : 1) * Math.Max(step, 1);
        for (int i = 0; i < Output; i++)
        {
            double center = step * (i + 0.5);
            long first = Math.Max((long)(center - radius + 0.5), 0);
            long end = Math.Min((long)(center + radius + 0.5), Input);
            var row = weights.AsSpan(i * (int)Input, (int)Input);
            double total = 0;
            for (long j = first; j < end; j++)
            {
                row[(int)j] = Filter((j + 0.5 - center) / Math.Max(step, 1));
                total += row[(int)j];
            }

            for (long j = first; j < end && total != 0; j++)
            {
                row[(int)j] /= total;
            }
        }

        return weights;
    }

    private double Filter(double x)
    {
        x = Math.Abs(x);
        if (Mode == ResizeMode.Linear)
        {
            return Math.Max(1 - x, 0);
        }

        // Keys' cubic with -0.5, as in image libraries; plain cubic resizing uses -0.75.
        const double A = -0.5;
        return x < 1 ? (((((A + 2) * x) - (A + 3)) * x) * x) + 1 : x < 2 ? ((((x - 5) * x) + 8) * x * A) - (4 * A) : 0;
    }

    private void AddLinear(Span<double> row, float source)
    {
        int left = (int)Math.Min((long)source, Input - 1);
        int right = (int)Math.Min(left + 1, Input - 1);
        float fraction = Math.Clamp(source - left, 0, 1);
        row[left] += 1 - fraction;
        row[right] += fraction;
    }

    private void AddCubic(Span<double> row, float source)
    {
        int left = (int)MathF.Floor(source);
        float t = source - left;
        double[] taps = [Outer(t + 1), Inner(t), Inner(1 - t), Outer(2 - t)];
        for (int i = 0; i < taps.Length; i++)
        {
            row[(int)Math.Clamp(left - 1L + i, 0, Input - 1)] += taps[i];
        }
    }

    private static double Inner(float x) => ((((CubicCoefficient + 2) * x) - (CubicCoefficient + 3)) * x * x) + 1;

    private static double Outer(float x) => (((((CubicCoefficient * x) - (5 * CubicCoefficient)) * x) + (8 * CubicCoefficient)) * x) - (4 * CubicCoefficient);
}
