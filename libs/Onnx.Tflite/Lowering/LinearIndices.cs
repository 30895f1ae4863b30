using Onnx.Model.Analysis;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>Positions in a flattened tensor, for operators whose index runs along one axis while the others stay.</summary>
internal static class LinearIndices
{
    /// <summary>Row-major positions, int32, of the shape of the indices.</summary>
    public static Tensor Of(LoweringNode n, Tensor x, Tensor indices, int axis)
    {
        if (!x.IsStatic || !indices.IsStatic)
        {
            throw n.Dynamic($"{n.Node.OpType} needs known shapes");
        }

        long[] strides = StridedView.RowMajor(x.Dims), own = StridedView.RowMajor(indices.Dims);
        int[] offsets = new int[indices.Count];
        for (int i = 0; i < offsets.Length; i++)
        {
            for (int k = 0; k < strides.Length; k++)
            {
                offsets[i] += k == axis ? 0 : (int)(i / own[k] % indices.Dims[k] * strides[k]);
            }
        }

        var along = n.B.Cast(n.B.NonNegative(indices, x.Shape[axis], x, axis), TensorType.Int32);
        return n.B.Plus(n.B.Times(along, (double)strides[axis]), n.B.Constant<int>(TensorType.Int32, indices.Dims, offsets));
    }
}
