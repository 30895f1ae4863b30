using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>ConvInteger: 8-bit integers convolved as floats, where all sums are exact in them.</summary>
internal static class IntegerConvolution
{
    private const double ExactIntegers = 1 << 24;

    public static void Lower(LoweringNode n)
    {
        Tensor x = n.In(0), w = n.In(1);
        if (!w.IsStatic)
        {
            throw n.Dynamic("the shape of the weights is not known");
        }

        double terms = w.Dims.Skip(1).Aggregate(1.0, (product, dim) => product * dim);
        if (terms * 255 * 255 > ExactIntegers)
        {
            throw new RefusedException(ReasonCode.UnsupportedType, $"sums of {terms} products of 8-bit integers may not be exact in float32", "use quantized (QDQ) operators");
        }

        Tensor data = Centred(n, x, 2), weights = Centred(n, w, 3);
        n.Out(0, n.B.Cast(Convolution.Apply(n, data, weights, null, n.OutShape(0)[2..]), TensorType.Int32));
    }

    // The zero point is taken off before padding, so that padding stands for zero.
    private static Tensor Centred(LoweringNode n, Tensor value, int zeroPoint)
    {
        var real = n.B.Cast(value, TensorType.Float32);
        if (!n.Has(zeroPoint))
        {
            return real;
        }

        var zero = n.B.Cast(n.In(zeroPoint), TensorType.Float32);
        bool perOutput = zeroPoint == 3 && zero.Rank == 1 && zero.Count > 1;
        return n.B.Minus(real, perOutput ? n.B.Reshape(zero, [zero.Shape[0], .. Enumerable.Repeat((Model.Analysis.SymInt)1, real.Rank - 1)]) : n.B.Reshape(zero, []));
    }
}
