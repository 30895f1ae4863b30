using Onnx.Model.Analysis;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>A convolution as the kernels do it.</summary>
internal static class Convolution
{
    /// <summary>Adds a convolution of float values.</summary>
    /// <param name="n">The node, for its attributes.</param>
    /// <param name="x">[N, C, spatial].</param>
    /// <param name="weights">[O, C/group, spatial].</param>
    /// <param name="bias">[O]; null for none.</param>
    /// <param name="output">Spatial size of the result.</param>
    public static Tensor Apply(LoweringNode n, Tensor x, Tensor weights, Tensor? bias, SymInt[] output)
    {
        var window = WindowGeometry.Of(n.Node, weights.Shape[2..], x.Shape[2..]);
        if (Array.Exists(weights.Shape, dim => !dim.IsKnown))
        {
            throw n.Dynamic("the shape of the weights is not known");
        }

        bias ??= n.B.Floats([weights.Shape[0].Value], new float[weights.Shape[0].Value]);
        return window.Rank switch
        {
            1 => Planar(n, x, weights, bias, window, [1, output[0]]),
            2 => Planar(n, x, weights, bias, window, output),
            3 => Spatial(n, x, weights, bias, window, output),
            _ => throw new RefusedException(ReasonCode.UnsupportedRank, $"{window.Rank} spatial axes", "use a convolution of at most three axes"),
        };
    }

    private static Tensor Planar(LoweringNode n, Tensor x, Tensor weights, Tensor bias, WindowGeometry window, SymInt[] output)
    {
        bool same = WindowLayout.IsSame(window, x.Shape[2..]);
        var padded = same ? x : WindowLayout.PadZeros(n.B, x, window);
        Tensor data = WindowLayout.WithHeight(n.B, padded), kernel = WindowLayout.WithHeight(n.B, weights);
        long group = n.Node.Int("group", 1), channels = kernel.Shape[1].Value * group;
        var (strideH, strideW) = WindowLayout.Pair(window.Strides);
        var (dilationH, dilationW) = WindowLayout.Pair(window.Dilations);
        Tensor result;
        if (group > 1 && group == channels)
        {
            int multiplier = (int)(kernel.Shape[0].Value / group);
            var options = new DepthwiseConv2DOptions(WindowLayout.PaddingOf(same), strideH, strideW, multiplier, dilationH, dilationW);
            result = n.B.DepthwiseConv2D(data, n.B.Transpose(kernel, [1, 2, 3, 0]), bias, options, output[0], output[1]);
        }
        else
        {
            var options = new Conv2DOptions(WindowLayout.PaddingOf(same), strideH, strideW, dilationH, dilationW);
            result = n.B.Conv2D(data, n.B.Transpose(kernel, [0, 2, 3, 1]), bias, options, output[0], output[1]);
        }

        return WindowLayout.WithoutHeight(n.B, result, x.Rank);
    }

    private static Tensor Spatial(LoweringNode n, Tensor x, Tensor weights, Tensor bias, WindowGeometry window, SymInt[] output)
    {
        int group = (int)n.Node.Int("group", 1);
        var padded = WindowLayout.PadZeros(n.B, x, window);
        var options = new Conv3DOptions(
            Padding.Valid, (int)window.Strides[0], (int)window.Strides[1], (int)window.Strides[2], (int)window.Dilations[0], (int)window.Dilations[1], (int)window.Dilations[2]);
        if (group == 1)
        {
            return n.B.Conv3D(padded, n.B.Transpose(weights, [2, 3, 4, 1, 0]), bias, options, output);
        }

        Tensor[] parts = n.B.Split(padded, 1, group), kernels = n.B.Split(weights, 0, group), biases = n.B.Split(bias, 0, group);
        return n.B.Concat([.. parts.Select((part, i) => n.B.Conv3D(part, n.B.Transpose(kernels[i], [2, 3, 4, 1, 0]), biases[i], options, output))], 1);
    }
}
