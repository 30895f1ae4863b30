using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>AveragePool: the kernel leaves SAME padding out of its means; any other padding is zeros and a correction.</summary>
internal static class AveragePool
{
    public static void Lower(LoweringNode n) => n.Out(0, Apply(n, n.In(0), n.Node.Int("count_include_pad", 0) != 0, clipOverhang: true));

    /// <summary>Means of windows.</summary>
    /// <param name="n">The node, for its attributes.</param>
    /// <param name="x">[N, C, spatial].</param>
    /// <param name="includePads">Whether padding counts as zeros.</param>
    /// <param name="clipOverhang">Whether positions beyond the padding are left out of the count.</param>
    public static Tensor Apply(LoweringNode n, Tensor x, bool includePads, bool clipOverhang)
    {
        var window = PoolWindow.Of(n, x);
        RequireAxes(window);
        bool unpadded = WindowLayout.IsUnpadded(window.Geometry) && !window.Reaches;
        if (!window.HasDilation && (unpadded || (!includePads && window.Geometry.Rank < 3 && window.IsSame(x))))
        {
            return SpatialPool.Apply(n.B, BuiltinOperator.AveragePool2d, x, window, unpadded ? Padding.Valid : Padding.Same);
        }

        var padded = n.B.Pad(x, WindowLayout.Full(x, window.Geometry.PadsBegin), WindowLayout.Full(x, window.PadsEndWithOverhang));
        var mean = window.HasDilation ? DilatedMean(n, padded, window) : SpatialPool.Apply(n.B, BuiltinOperator.AveragePool2d, padded, window, Padding.Valid);
        return Correction(n, window, includePads, clipOverhang) is { } factor ? n.B.Times(mean, factor) : mean;
    }

    private static void RequireAxes(PoolWindow window)
    {
        if (window.Geometry.Rank > 3)
        {
            throw new RefusedException(ReasonCode.UnsupportedRank, $"{window.Geometry.Rank} spatial axes", "pool over at most three axes");
        }
    }

    // How many more elements the kernel divides by than ONNX: whole window / counted part, by position.
    private static Tensor? Correction(LoweringNode n, PoolWindow window, bool includePads, bool clipOverhang)
    {
        if (includePads && (!window.Reaches || !clipOverhang))
        {
            return null;
        }

        if (!Array.TrueForAll(window.Input, dim => dim.IsKnown))
        {
            throw n.Dynamic("means of padded windows over an open axis");
        }

        float[][] factors = [.. Enumerable.Range(0, window.Geometry.Rank).Select(axis => Factors(window, axis, includePads))];
        long[] dims = [1, 1, .. factors.Select(axis => (long)axis.Length)];
        float[] values = [1];
        foreach (float[] axis in factors)
        {
            values = [.. values.SelectMany(value => axis.Select(factor => value * factor))];
        }

        return Array.TrueForAll(values, value => value == 1) ? null : n.B.Floats(dims, values);
    }

    private static float[] Factors(PoolWindow window, int axis, bool includePads)
    {
        var g = window.Geometry;
        long low = includePads ? -g.PadsBegin[axis].Value : 0, high = window.Input[axis].Value + (includePads ? g.PadsEnd[axis].Value : 0);
        var factors = new float[window.Output[axis].Value];
        for (int i = 0; i < factors.Length; i++)
        {
            long start = (i * g.Strides[axis]) - g.PadsBegin[axis].Value;
            long counted = Enumerable.Range(0, (int)g.Kernel[axis].Value).Count(k => start + (k * g.Dilations[axis]) >= low && start + (k * g.Dilations[axis]) < high);
            factors[i] = counted == 0 ? 0 : (float)((double)g.Kernel[axis].Value / counted);
        }

        return factors;
    }

    // A mean over a window with holes is a depthwise convolution with equal weights.
    private static Tensor DilatedMean(LoweringNode n, Tensor padded, PoolWindow window)
    {
        var g = window.Geometry;
        if (g.Rank > 2 || !padded.Shape[1].IsKnown)
        {
            throw n.Unsupported("dilated means over three axes or an open channel axis");
        }

        var data = WindowLayout.WithHeight(n.B, padded);
        long channels = padded.Shape[1].Value;
        var (kernelH, kernelW) = WindowLayout.Pair([.. g.Kernel.Select(size => size.Value)]);
        var (strideH, strideW) = WindowLayout.Pair(g.Strides);
        var (dilationH, dilationW) = WindowLayout.Pair(g.Dilations);
        float[] weights = [.. Enumerable.Repeat(1f / (kernelH * kernelW), (int)(kernelH * kernelW * channels))];
        var options = new DepthwiseConv2DOptions(Padding.Valid, strideH, strideW, 1, dilationH, dilationW);
        var kernel = n.B.Floats([1, kernelH, kernelW, channels], weights);
        var result = n.B.DepthwiseConv2D(data, kernel, n.B.Floats([channels], new float[channels]), options, g.Rank == 1 ? 1 : window.Output[0], window.Output[^1]);
        return WindowLayout.WithoutHeight(n.B, result, padded.Rank);
    }
}
