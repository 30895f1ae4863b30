using Onnx.Model.Analysis;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>Index tuples: the last axis of an index tensor.</summary>
internal static class Coordinates
{
    /// <summary>Tuples whose negative entries count from the end.</summary>
    /// <param name="n">The node.</param>
    /// <param name="indices">The tuples.</param>
    /// <param name="sizes">Sizes of the axes that they index.</param>
    public static Tensor NonNegative(LoweringNode n, Tensor indices, SymInt[] sizes)
    {
        int depth = indices.Shape[^1].IsKnown ? (int)indices.Shape[^1].Value : throw n.Dynamic("the length of the index tuples is not known");
        if (depth == 0)
        {
            throw new RefusedException(ReasonCode.EmptyTensor, "index tuples of length 0", "replace the node by its operand");
        }

        if (Array.Exists(sizes[..depth], size => !size.IsKnown))
        {
            throw n.Dynamic($"{n.Node.OpType} indexes an open axis");
        }

        var whole = n.B.Cast(indices, TensorType.Int32);
        var limits = n.B.Int32s([.. sizes[..depth].Select(size => (int)size.Value)]);
        return whole.IsConstant && Array.TrueForAll(Building.ConstantTensors.ReadInt32s(whole), value => value >= 0)
            ? whole
            : n.B.Select(n.B.Less(whole, n.B.Int32(0)), n.B.Plus(whole, limits), whole);
    }

    /// <summary>Tuples with the position of their batch in front.</summary>
    public static Tensor WithBatch(LoweringNode n, Tensor indices, int batch)
    {
        if (!indices.IsStatic)
        {
            throw n.Dynamic("batch_dims needs known shapes");
        }

        long[] dims = [.. indices.Dims[..^1], batch];
        long[] strides = StridedView.RowMajor(indices.Dims.AsSpan(0, indices.Rank - 1));
        int[] positions = new int[dims.Aggregate(1L, (product, dim) => product * dim)];
        for (int i = 0; i < positions.Length; i++)
        {
            int axis = i % batch;
            positions[i] = (int)(i / batch / strides[axis] % indices.Dims[axis]);
        }

        return n.B.Concat([n.B.Constant<int>(TensorType.Int32, dims, positions), indices], indices.Rank - 1);
    }
}
