using Onnx.Model;
using Onnx.Model.Analysis;
using Onnx.Tflite.Building;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>Reductions, searches for extremes, running sums and sorting.</summary>
internal static class ReductionLowerings
{
    public static IReadOnlyList<OperatorLowering> Table { get; } =
    [
        Reduction("ReduceSum", (b, x, axes) => b.Sum(x, axes)) with { Types = "float, integers", Builtins = "SUM" },
        Reduction("ReduceMean", Mean) with { Types = "float, int8-int32", Builtins = "MEAN, or SUM, DIV" },
        Reduction("ReduceMax", (b, x, axes) => x.Type == TensorType.Bool ? b.Reduce(BuiltinOperator.ReduceAny, x, axes) : b.Max(x, axes)) with { Types = "float, integers, bool", Builtins = "REDUCE_MAX, REDUCE_ANY" },
        Reduction("ReduceMin", (b, x, axes) => b.Reduce(x.Type == TensorType.Bool ? BuiltinOperator.ReduceAll : BuiltinOperator.ReduceMin, x, axes))
            with { Types = "float, integers, bool", Builtins = "REDUCE_MIN, REDUCE_ALL" },
        Reduction("ReduceProd", (b, x, axes) => b.Reduce(BuiltinOperator.ReduceProd, x, axes)) with { Types = "float, integers", Builtins = "REDUCE_PROD" },
        Reduction("ReduceL1", (b, x, axes) => b.Sum(b.Abs(x), axes)) with { Types = "float, integers", Builtins = "ABS, SUM" },
        Reduction("ReduceL2", (b, x, axes) => b.Sqrt(b.Sum(b.Square(x), axes))) with { Builtins = "MUL, SUM, SQRT" },
        Reduction("ReduceSumSquare", (b, x, axes) => b.Sum(b.Square(x), axes)) with { Types = "float, integers", Builtins = "MUL, SUM" },
        Reduction("ReduceLogSum", (b, x, axes) => b.Log(b.Sum(x, axes))) with { Builtins = "SUM, LOG" },
        Reduction("ReduceLogSumExp", LogSumExp) with { Builtins = "REDUCE_MAX, SUB, EXP, SUM, LOG, ADD" },
        new("ArgMax", n => Arg(n, max: true)) { Types = "float, int8-int32", Builtins = "ARG_MAX, REVERSE_V2, SUB" },
        new("ArgMin", n => Arg(n, max: false)) { Types = "float, int8-int32", Builtins = "ARG_MIN, REVERSE_V2, SUB" },
        new("CumSum", CumSum) { Types = "float, integers", Builtins = "CUMSUM" },
        new("TopK", TopK) { Types = "float, integers", Builtins = "TOPK_V2, NEG, TRANSPOSE, CAST" },
    ];

    /// <summary>log of the sum of exponentials, with the largest taken out first; an all-minus-infinity row stays so.</summary>
    public static Tensor LogSumExp(GraphBuilder b, Tensor x, int[] axes)
    {
        var top = b.Maximum(b.Max(x, axes), -float.MaxValue);
        return b.Plus(b.Log(b.Sum(b.Exp(b.Minus(x, top)), axes)), top);
    }

    private static OperatorLowering Reduction(string name, Func<GraphBuilder, Tensor, int[], Tensor> reduce) => new(name, n =>
    {
        var x = n.In(0);
        if (name is "ReduceL2" or "ReduceLogSum" or "ReduceLogSumExp" && !n.Fact(0).Type.IsFloatingPoint())
        {
            throw new RefusedException(ReasonCode.UnsupportedType, $"{name} of integers rounds in a way that no builtin repeats", "cast to float32 before");
        }

        bool empty = n.Has(1) && n.Fact(1).Count == 0;
        if (n.Has(1) && !empty && n.Ints(1) is null)
        {
            n.Out(0, RuntimeAxes.Reduce(n, x));
            return;
        }

        bool keep = n.Node.Int("keepdims", 1) != 0;
        int[] axes = empty || !n.Has(1) ? [] : n.Axes(1, x.Rank, emptyIsAll: false);
        axes = axes.Length > 0 ? [.. axes.Distinct().Order()] : n.Node.Int("noop_with_empty_axes", 0) != 0 ? [] : [.. Enumerable.Range(0, x.Rank)];
        var result = axes.Length == 0 && x.Rank > 0 ? Pointless(n, name, x) : x.Rank == 0 ? Pointless(n, name, x) : reduce(n.B, x, axes);
        n.Out(0, keep ? result : n.B.Reshape(result, n.OutShape(0)));
    });

    // A reduction over no axes still applies its function to each element.
    private static Tensor Pointless(LoweringNode n, string name, Tensor x) => name switch
    {
        "ReduceL1" or "ReduceL2" => n.B.Abs(x),
        "ReduceSumSquare" => n.B.Square(x),
        "ReduceLogSum" => n.B.Log(x),
        _ => x,
    };

    private static Tensor Mean(GraphBuilder b, Tensor x, int[] axes)
    {
        if (x.Type is TensorType.Float32 or TensorType.Float64)
        {
            return b.Mean(x, axes);
        }

        var count = SymInt.Product(axes.Select(axis => x.Shape[axis]).ToArray());
        var sum = b.Sum(b.Cast(x, x.Type == TensorType.Int64 ? TensorType.Int64 : TensorType.Int32), axes);
        return count.IsKnown
            ? b.Cast(b.Over(sum, b.Number(sum.Type, count.Value)), x.Type)
            : throw new RefusedException(ReasonCode.DynamicShape, "the mean of integers over an open axis", "fix the input shapes with --input");
    }

    private static void Arg(LoweringNode n, bool max)
    {
        var x = n.In(0);
        int axis = n.Axis(n.Node.Int("axis", 0), x.Rank);
        bool last = n.Node.Int("select_last_index", 0) != 0;
        var type = n.OutType(0);
        var index = n.B.Arg(max, last ? n.B.Reverse(x, axis) : x, axis, type);
        if (last)
        {
            index = x.Shape[axis].IsKnown ? n.B.Minus(n.B.Number(type, x.Shape[axis].Value - 1), index) : throw n.Dynamic("select_last_index over an open axis");
        }

        n.Out(0, n.Node.Int("keepdims", 1) != 0 ? index : n.B.Squeeze(index, axis));
    }

    private static void CumSum(LoweringNode n)
    {
        var x = n.In(0);
        if (n.Ints(1) is not [var known])
        {
            n.Out(0, RuntimeAxes.Cumsum(n, x));
            return;
        }

        int axis = n.Axis(known, x.Rank);
        n.Out(0, n.B.Cumsum(x, axis, n.Node.Int("exclusive", 0) != 0, n.Node.Int("reverse", 0) != 0));
    }

    private static void TopK(LoweringNode n)
    {
        var x = n.In(0);
        int axis = n.Axis(n.Node.Int("axis", -1), x.Rank);
        bool largest = n.Node.Int("largest", 1) != 0;
        Tensor k = n.Ints(1) is [var known] ? n.B.Int32((int)known) : n.B.Reshape(n.B.Cast(n.In(1), TensorType.Int32), []);
        var count = n.OutShape(0)[axis];
        Tensor? indices = null;
        var values = n.B.OnLastAxis(x, axis, moved =>
        {
            var (top, positions) = n.B.TopK(largest ? moved : n.B.Neg(moved), k, count);
            indices = positions;
            return largest ? top : n.B.Neg(top);
        });
        n.Out(0, values);
        n.Out(1, n.B.Cast(axis == x.Rank - 1 ? indices! : n.B.Transpose(indices!, BackFromLast(axis, x.Rank)), n.OutType(1)));
    }

    private static int[] BackFromLast(int axis, int rank) => [.. Enumerable.Range(0, rank).Select(i => i < axis ? i : i == axis ? rank - 1 : i - 1)];
}
