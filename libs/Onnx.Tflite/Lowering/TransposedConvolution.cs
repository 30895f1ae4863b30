using Onnx.Model.Analysis;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>
/// ConvTranspose. The kernel gives the full result, (in - 1) * stride + kernel long; what ONNX's padding takes away is cut
/// off afterwards, and what output_padding adds is zeros before the bias.
/// </summary>
internal static class TransposedConvolution
{
    public static void Lower(LoweringNode n)
    {
        Tensor x = n.In(0), w = n.In(1);
        if (!w.IsStatic || !Array.TrueForAll(x.Shape[2..], dim => dim.IsKnown))
        {
            throw n.Dynamic("ConvTranspose needs known spatial sizes");
        }

        int rank = x.Rank - 2;
        var geometry = TransposedGeometry.Of(n.Node, x.Shape[2..], w.Shape[2..]);
        var result = rank switch
        {
            1 or 2 => Planar(n, x, w, geometry),
            3 => SpatialTransposedConvolution.Apply(n, x, w, geometry),
            _ => throw new RefusedException(ReasonCode.UnsupportedRank, $"{rank} spatial axes", "use a convolution of at most three axes"),
        };
        n.Out(0, result);
    }

    /// <summary>Cuts the full result to the output, or extends it by zeros.</summary>
    public static Tensor Fit(LoweringNode n, Tensor full, TransposedGeometry geometry)
    {
        int rank = geometry.Window.Rank, first = full.Rank - rank;
        var after = new SymInt[full.Rank];
        for (int axis = 0; axis < rank; axis++)
        {
            long missing = geometry.PadsBegin[axis].Value + geometry.Output[axis].Value - full.Shape[first + axis].Value;
            after[first + axis] = Math.Max(missing, 0);
        }

        var extended = n.B.Pad(full, new SymInt[full.Rank], after);
        var begin = new long[full.Rank];
        var size = extended.Shape.ToArray();
        for (int axis = 0; axis < rank; axis++)
        {
            begin[first + axis] = geometry.PadsBegin[axis].Value;
            size[first + axis] = geometry.Output[axis];
        }

        return n.B.Slice(extended, begin, size);
    }

    private static Tensor Planar(LoweringNode n, Tensor x, Tensor w, TransposedGeometry geometry)
    {
        int group = (int)n.Node.Int("group", 1);
        Tensor data = WindowLayout.WithHeight(n.B, x), weights = WindowLayout.WithHeight(n.B, DilatedWeights.Of(n, w, geometry.Window.Dilations));
        bool exact = IsWhole(geometry, x);
        Tensor? bias = n.Optional(2);
        Tensor result;
        if (group == 1)
        {
            result = Single(n, data, weights, exact ? bias : null, geometry.Window);
            bias = exact ? null : bias;
        }
        else
        {
            Tensor[] parts = n.B.Split(data, 1, group), kernels = n.B.Split(weights, 0, group);
            result = n.B.Concat([.. parts.Select((part, i) => Single(n, part, kernels[i], null, geometry.Window))], 1);
        }

        var cut = Fit(n, WindowLayout.WithoutHeight(n.B, result, x.Rank), geometry);
        return bias is null ? cut : n.B.Plus(cut, NormalizationLowerings.PerChannel(n, cut, bias));
    }

    private static bool IsWhole(TransposedGeometry geometry, Tensor x) => Enumerable.Range(0, geometry.Window.Rank).All(axis =>
        geometry.PadsBegin[axis] == 0 && geometry.Output[axis] == ((x.Shape[axis + 2] - 1) * geometry.Window.Strides[axis]) + geometry.Window.Extent(axis));

    private static Tensor Single(LoweringNode n, Tensor x, Tensor weights, Tensor? bias, WindowGeometry window)
    {
        var (strideH, strideW) = WindowLayout.Pair(window.Strides);
        long channels = weights.Shape[1].Value;
        var kernel = n.B.Transpose(weights, [1, 2, 3, 0]);
        SymInt outH = ((x.Shape[2] - 1) * strideH) + weights.Shape[2], outW = ((x.Shape[3] - 1) * strideW) + weights.Shape[3];
        return n.B.TransposeConv(x, kernel, bias ?? n.B.Floats([channels], new float[channels]), new TransposeConvOptions(Padding.Valid, strideH, strideW), outH, outW);
    }
}
