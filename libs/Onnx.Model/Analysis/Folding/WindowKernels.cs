namespace Onnx.Model.Analysis.Folding;

/// <summary>Windows and filter banks of signal processing.</summary>
internal static class WindowKernels
{
    public static TensorProto[]? Hann(InferenceNode n) => Window(n, (i, length) => 0.5 - (0.5 * Math.Cos(2 * Math.PI * i / length)));

    // The coefficients are those of the ONNX specification: 25/46, not 0.54.
    public static TensorProto[]? Hamming(InferenceNode n) => Window(n, (i, length) => (25.0 / 46) - ((1 - (25.0 / 46)) * Math.Cos(2 * Math.PI * i / length)));

    public static TensorProto[]? Blackman(InferenceNode n) =>
        Window(n, (i, length) => 0.42 - (0.5 * Math.Cos(2 * Math.PI * i / length)) + (0.08 * Math.Cos(4 * Math.PI * i / length)));

    public static TensorProto[]? MelWeights(InferenceNode n)
    {
        if (!Wide.IsDouble(n.Outputs[0].Type) || n.Ints(0) is not [var bins] || n.Ints(1) is not [var length] || n.Ints(2) is not [var rate]
            || n.Numbers(3) is not [var low] || n.Numbers(4) is not [var high])
        {
            return null;
        }

        long[] dims = Wide.Dims(n.Outputs[0]);
        double melLow = 2595 * Math.Log10(1 + (low / 700)), melHigh = 2595 * Math.Log10(1 + (high / 700));
        double step = (melHigh - melLow) / (bins + 2);
        long[] edges = [.. Enumerable.Range(0, (int)bins + 2).Select(i => (long)Math.Floor((length + 1) * (700 * (Math.Pow(10, ((i * step) + melLow) / 2595) - 1)) / rate))];
        var weights = new double[dims[0] * dims[1]];
        for (int bin = 0; bin < bins; bin++)
        {
            FillBand(weights, dims, bin, edges);
        }

        return [TensorWriting.FromDoubles(n.Outputs[0].Type, dims, weights)];
    }

    private static void FillBand(double[] weights, long[] dims, int bin, long[] edges)
    {
        long low = edges[bin], centre = edges[bin + 1], high = edges[bin + 2];
        if (centre == low && low < dims[0])
        {
            weights[(centre * dims[1]) + bin] = 1;
        }

        for (long j = low; j <= centre && centre > low && j < dims[0]; j++)
        {
            weights[(j * dims[1]) + bin] = (double)(j - low) / (centre - low);
        }

        for (long j = centre; j < high && high > centre && j < dims[0]; j++)
        {
            weights[(j * dims[1]) + bin] = (double)(high - j) / (high - centre);
        }
    }

    private static TensorProto[]? Window(InferenceNode n, Func<int, double, double> value)
    {
        if (n.Ints(0) is not [var size] || size is < 0 or > 1 << 24 || !Wide.IsDouble(n.Outputs[0].Type))
        {
            return null;
        }

        double length = n.Node.Int("periodic", 1) != 0 ? size : size - 1;
        return [TensorWriting.FromDoubles(n.Outputs[0].Type, [size], [.. Enumerable.Range(0, (int)size).Select(i => value(i, length))])];
    }
}
