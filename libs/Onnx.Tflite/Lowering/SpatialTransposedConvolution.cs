using Onnx.Model.Analysis;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>ConvTranspose over three axes: zeros between the elements, then a convolution with the window turned round.</summary>
internal static class SpatialTransposedConvolution
{
    public static Tensor Apply(LoweringNode n, Tensor x, Tensor w, TransposedGeometry geometry)
    {
        int group = (int)n.Node.Int("group", 1);
        var stretched = Stretch(n, x, geometry.Window.Strides);
        SymInt[] border = [0, 0, .. Enumerable.Range(0, 3).Select(axis => geometry.Window.Extent(axis) - 1)];
        var padded = n.B.Pad(stretched, border, border);
        var turned = DilatedWeights.Of(n, w, geometry.Window.Dilations);
        for (int axis = 2; axis < 5; axis++)
        {
            turned = turned.Shape[axis] == 1 ? turned : n.B.Reverse(turned, axis);
        }

        Tensor[] parts = group == 1 ? [padded] : n.B.Split(padded, 1, group), kernels = group == 1 ? [turned] : n.B.Split(turned, 0, group);
        var full = n.B.Concat([.. parts.Select((part, i) => Single(n, part, kernels[i]))], 1);
        var cut = TransposedConvolution.Fit(n, full, geometry);
        return n.Optional(2) is { } bias ? n.B.Plus(cut, NormalizationLowerings.PerChannel(n, cut, bias)) : cut;
    }

    private static Tensor Stretch(LoweringNode n, Tensor x, long[] strides)
    {
        var result = x;
        for (int axis = 0; axis < strides.Length; axis++)
        {
            result = strides[axis] == 1 ? result : DilatedWeights.Of(n, result, [.. strides.Select((stride, i) => i == axis ? stride : 1)]);
        }

        return result;
    }

    private static Tensor Single(LoweringNode n, Tensor x, Tensor kernel)
    {
        long channels = kernel.Shape[1].Value;
        SymInt[] output = [.. Enumerable.Range(2, 3).Select(axis => x.Shape[axis] - kernel.Shape[axis] + 1)];
        return n.B.Conv3D(x, n.B.Transpose(kernel, [2, 3, 4, 0, 1]), n.B.Floats([channels], new float[channels]), new Conv3DOptions(Padding.Valid, 1, 1, 1, 1, 1, 1), output);
    }
}
