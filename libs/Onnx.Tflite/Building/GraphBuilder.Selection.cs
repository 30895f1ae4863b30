using Onnx.Model.Analysis;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Building;

/// <summary>Operators that pick elements by index.</summary>
internal sealed partial class GraphBuilder
{
    public Tensor Gather(Tensor x, Tensor indices, int axis, int batchDims = 0)
    {
        SymInt[] shape = [.. x.Shape[..axis], .. indices.Shape[batchDims..], .. x.Shape[(axis + 1)..]];
        var carried = Carry(BuiltinOperator.Gather, x);
        return Restore(Add(BuiltinOperator.Gather, new GatherOptions(axis, batchDims), [carried, indices], carried.Type, shape), x.Type);
    }

    public Tensor GatherNd(Tensor x, Tensor indices)
    {
        int depth = (int)indices.Shape[^1].Value;
        var carried = Carry(BuiltinOperator.GatherNd, x);
        return Restore(Add(BuiltinOperator.GatherNd, new EmptyOptions(83), [carried, indices], carried.Type, [.. indices.Shape[..^1], .. x.Shape[depth..]]), x.Type);
    }

    /// <summary>Updates at their positions in zeros; positions that occur twice add up.</summary>
    public Tensor ScatterNd(Tensor indices, Tensor updates, SymInt[] shape)
    {
        var carried = Carry(BuiltinOperator.ScatterNd, updates);
        Tensor?[] inputs = [Cast(indices, TensorType.Int32), carried, new RuntimeShape(this).Vector(shape)];
        return Restore(Add(BuiltinOperator.ScatterNd, new EmptyOptions(97), inputs, carried.Type, shape), updates.Type);
    }

    public Tensor OneHot(Tensor indices, Tensor depth, Tensor on, Tensor off, int axis, SymInt count)
    {
        SymInt[] shape = [.. indices.Shape[..axis], count, .. indices.Shape[axis..]];
        Tensor high = Carry(BuiltinOperator.OneHot, on), low = Carry(BuiltinOperator.OneHot, off);
        return Restore(Add(BuiltinOperator.OneHot, new OneHotOptions(axis == indices.Rank ? -1 : axis), [indices, depth, high, low], high.Type, shape), on.Type);
    }

    /// <summary>Positions of the true elements, one row each (int64); their number only the run tells.</summary>
    public Tensor Where(Tensor condition, SymInt count) =>
        Add(BuiltinOperator.Where, new EmptyOptions(85), [condition], TensorType.Int64, [count, condition.Rank]);

    /// <summary>Negative positions count from the end of an axis of the given size.</summary>
    public Tensor NonNegative(Tensor indices, SymInt size, Tensor source, int axis)
    {
        if (indices.IsConstant)
        {
            return ConstantIndices(indices, size);
        }

        var index = indices.Type is TensorType.Int32 or TensorType.Int64 ? indices : Cast(indices, TensorType.Int32);
        Tensor length = size.IsKnown ? Number(index.Type, size.Value)
            : Cast(Reshape(StridedSlice(ShapeOf(source), [axis], [axis + 1], [1], 0, 0, [1]), []), index.Type);
        return Select(Less(index, Number(index.Type, 0)), Plus(index, length), index);
    }

    private Tensor ConstantIndices(Tensor indices, SymInt size)
    {
        long[] values = ConstantTensors.ReadIntegers(indices);
        if (Array.Exists(values, value => value < 0) && !size.IsKnown)
        {
            throw new RefusedException(ReasonCode.DynamicShape, "a negative index counts from the end of an open axis", "fix the input shapes with --input");
        }

        int[] positive = Array.ConvertAll(values, value => (int)(value < 0 ? value + size.Value : value));
        return Array.Exists(positive, value => value < 0 || (size.IsKnown && value >= size.Value))
            ? throw new RefusedException(ReasonCode.InvalidNode, $"an index lies outside an axis of size {size}", "correct the model")
            : Constant<int>(TensorType.Int32, indices.Dims, positive);
    }
}
