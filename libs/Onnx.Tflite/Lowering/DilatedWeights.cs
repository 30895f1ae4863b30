using Onnx.Model.Analysis;
using Onnx.Tflite.Ir;

namespace Onnx.Tflite.Lowering;

/// <summary>A dilated window written out with its zeros, for kernels that know no dilation.</summary>
internal static class DilatedWeights
{
    /// <summary>Weights [A, B, spatial] with zeros between the elements of each spatial axis.</summary>
    public static Tensor Of(LoweringNode n, Tensor weights, long[] dilations)
    {
        var result = weights;
        for (int axis = 0; axis < dilations.Length; axis++)
        {
            if (dilations[axis] > 1)
            {
                result = Stretch(n, result, axis + 2, dilations[axis]);
            }
        }

        return result;
    }

    // [.., k, ..] -> [.., k, 1, ..] -> zeros after each element -> [.., k*d, ..] -> the last zeros cut off.
    private static Tensor Stretch(LoweringNode n, Tensor x, int axis, long dilation)
    {
        var parted = n.B.Unsqueeze(x, axis + 1);
        var after = new SymInt[parted.Rank];
        after[axis + 1] = dilation - 1;
        var padded = n.B.Pad(parted, new SymInt[parted.Rank], after);
        var shape = x.Shape.ToArray();
        shape[axis] = x.Shape[axis] * dilation;
        return n.B.Slice(n.B.Reshape(padded, shape), axis, 0, ((x.Shape[axis] - 1) * dilation) + 1);
    }
}
