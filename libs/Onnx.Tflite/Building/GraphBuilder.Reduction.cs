using Onnx.Model.Analysis;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Building;

/// <summary>Operators that join elements along axes, or order them.</summary>
internal sealed partial class GraphBuilder
{
    /// <summary>A reduction; reduced axes stay with size 1.</summary>
    public Tensor Reduce(BuiltinOperator code, Tensor x, int[] axes)
    {
        if (axes.Length == 0)
        {
            return x;
        }

        SymInt[] shape = [.. x.Shape.Select((dim, axis) => axes.Contains(axis) ? 1 : dim)];
        var carried = Carry(code, x);
        return Restore(Add(code, new ReducerOptions(true), [carried, Int32s(axes)], carried.Type, shape), x.Type);
    }

    public Tensor Mean(Tensor x, int[] axes) => Reduce(BuiltinOperator.Mean, x, axes);

    public Tensor Sum(Tensor x, int[] axes) => Reduce(BuiltinOperator.Sum, x, axes);

    public Tensor Max(Tensor x, int[] axes) => Reduce(BuiltinOperator.ReduceMax, x, axes);

    /// <summary>Position of the largest or smallest element; the axis stays with size 1.</summary>
    public Tensor Arg(bool max, Tensor x, int axis, TensorType type)
    {
        var code = max ? BuiltinOperator.ArgMax : BuiltinOperator.ArgMin;
        SymInt[] shape = [.. x.Shape.Where((_, i) => i != axis)];
        var index = Add(code, new ArgOptions(max ? 40 : 57, type), [Carry(code, x), Int32(axis)], type, shape);
        return Unsqueeze(index, axis);
    }

    public Tensor Cumsum(Tensor x, int axis, bool exclusive, bool reverse)
    {
        var carried = Carry(BuiltinOperator.Cumsum, x);
        return Restore(Add(BuiltinOperator.Cumsum, new CumsumOptions(exclusive, reverse), [carried, Int32(axis)], carried.Type, x.Shape), x.Type);
    }

    /// <summary>The k largest of the last axis with their positions (int32), largest first.</summary>
    public (Tensor Values, Tensor Indices) TopK(Tensor x, Tensor k, SymInt count)
    {
        SymInt[] shape = [.. x.Shape[..^1], count];
        var carried = Carry(BuiltinOperator.TopkV2, x);
        var results = Add(BuiltinOperator.TopkV2, new EmptyOptions(34), [carried, k], (carried.Type, shape), (TensorType.Int32, shape));
        return (Restore(results[0], x.Type), results[1]);
    }

    /// <summary>Softmax over the last axis.</summary>
    public Tensor Softmax(Tensor x) => Add(BuiltinOperator.Softmax, new SoftmaxOptions(1), [x], x.Type, x.Shape);

    public Tensor LogSoftmax(Tensor x) => Add(BuiltinOperator.LogSoftmax, new EmptyOptions(36), [x], x.Type, x.Shape);

    /// <summary>Moves an axis to the end, applies a function and moves it back.</summary>
    public Tensor OnLastAxis(Tensor x, int axis, Func<Tensor, Tensor> function)
    {
        if (axis == x.Rank - 1)
        {
            return function(x);
        }

        int[] order = [.. Enumerable.Range(0, x.Rank).Where(i => i != axis), axis];
        int[] back = new int[order.Length];
        for (int i = 0; i < order.Length; i++)
        {
            back[order[i]] = i;
        }

        return Transpose(function(Transpose(x, order)), back);
    }
}
