using Onnx.Model;
using Torch.Onnx.Emission;
using Torch.Onnx.Lowering;
using Torch.Onnx.Program;
using static Torch.Onnx.Lowering.OperatorEntry;

namespace Torch.Onnx.Operators;

/// <summary>Sums, means, extremes and norms.</summary>
internal static class ReductionOperators
{
    public static IReadOnlyList<OperatorEntry> Entries { get; } =
    [
        Of("sum sum.dim_IntList", "ReduceSum", c => c.Result.Type.IsComplex() ? ComplexSum(c) : Reduce(c, "ReduceSum", c.InResultType("self"))),
        Of("nansum", "IsNaN, Where, ReduceSum", c => Reduce(c, "ReduceSum", WithoutNaN(c, c.InResultType("self"), 0))),
        Of("mean mean.dim", "ReduceMean", c => Reduce(c, "ReduceMean", c.Result.Type.IsComplex() ? c.Tensor("self").Value : c.InResultType("self"))),
        Of("nanmean", "IsNaN, Where, ReduceSum", NanMean),
        Of("prod prod.dim_int", "ReduceProd", c => Reduce(c, "ReduceProd", c.InResultType("self"))),
        Of("amax", "ReduceMax", c => Reduce(c, "ReduceMax", c.In("self"))),
        Of("amin", "ReduceMin", c => Reduce(c, "ReduceMin", c.In("self"))),
        Of("max", "ReduceMax", c => c.B.Reduce("ReduceMax", c.In("self"), AllAxes(c))),
        Of("min", "ReduceMin", c => c.B.Reduce("ReduceMin", c.In("self"), AllAxes(c))),
        Many("max.dim", "ReduceMax, ArgMax", c => ExtremeWithIndex(c, "ReduceMax", "ArgMax")),
        Many("min.dim", "ReduceMin, ArgMin", c => ExtremeWithIndex(c, "ReduceMin", "ArgMin")),
        Many("aminmax", "ReduceMin, ReduceMax", c => [Reduce(c, "ReduceMin", c.In("self")), Reduce(c, "ReduceMax", c.In("self"))]),
        Of("argmax", "ArgMax", c => ArgExtreme(c, "ArgMax")),
        Of("argmin", "ArgMin", c => ArgExtreme(c, "ArgMin")),
        Of("any any.dim any.dims", "ReduceMax", c => Truth(c, "ReduceMax")),
        Of("all all.dim all.dims", "ReduceMin", c => Truth(c, "ReduceMin")),
        Of("count_nonzero count_nonzero.dim_IntList", "Cast, ReduceSum", c => Reduce(c, "ReduceSum", c.B.Cast(c.B.Cast(c.In("self"), DataType.Bool), DataType.Int64))),
        Of("logsumexp special_logsumexp", "ReduceMax, Exp, ReduceSum, Log", LogSumExp),
        Of("var var.dim var.correction", "ReduceMean, ReduceSum", c => Spread(c, c.Result).Variance),
        Of("std std.dim std.correction", "ReduceMean, ReduceSum, Sqrt", c => c.B.Sqrt(Spread(c, c.Result).Variance)),
        Many("var_mean var_mean.dim var_mean.correction", "ReduceMean, ReduceSum", c => Spread(c, c.Result) is var (variance, mean) ? [variance, mean] : []),
        Many("std_mean std_mean.dim std_mean.correction", "ReduceMean, ReduceSum, Sqrt", c => Spread(c, c.Result) is var (variance, mean) ? [c.B.Sqrt(variance), mean] : []),
        Of("linalg_vector_norm", "ReduceL1, ReduceL2, ReduceMax", c => Norms.Reduce(c, c.InResultType("self"), c.Float("ord"), Axes(c), KeepsDims(c))),
        Of("norm.Scalar norm.ScalarOpt_dim norm.ScalarOpt_dim_dtype norm.ScalarOpt_dtype native_norm", "ReduceL1, ReduceL2, ReduceMax", c => Norms.Reduce(c, c.InResultType("self"), c.OptionalFloat("p") ?? 2, Axes(c), KeepsDims(c))),
        Of("frobenius_norm.dim", "ReduceL2", c => Norms.Reduce(c, c.InResultType("self"), 2, Axes(c), KeepsDims(c))),
        Of("linalg_norm", "ReduceL1, ReduceL2, ReduceMax", Norms.Linalg),
        Of("linalg_matrix_norm linalg_matrix_norm.str_ord linalg_norm.ord_str", "ReduceL2, ReduceSum, ReduceMax", Norms.Matrix, "orders fro, 1, -1, inf and -inf"),
        Of("trace", "EyeLike, ReduceSum", Trace),
    ];

    /// <summary>The axes of the argument <c>dim</c>; all where it is absent, None or empty.</summary>
    public static long[] Axes(OperatorCall c)
    {
        if (c.Schema.Find("dim") is null || !c.Has("dim") || c.Ints("dim") is not { Length: > 0 })
        {
            return AllAxes(c);
        }

        int rank = c.Tensor("self").Rank;
        return rank == 0 ? [] : c.Dims("dim", rank);
    }

    public static bool KeepsDims(OperatorCall c) => c.Schema.Find("keepdim") is not null && c.Bool("keepdim");

    private static long[] AllAxes(OperatorCall c) => BuilderShapes.Order(c.Tensor("self").Rank);

    private static Value Reduce(OperatorCall c, string op, Value x) => c.B.Reduce(op, x, Axes(c), KeepsDims(c));

    private static Value ComplexSum(OperatorCall c) => c.B.Sum(c.Tensor("self").Value, Axes(c), KeepsDims(c));

    private static Value WithoutNaN(OperatorCall c, Value x, double replacement) => x.Type.IsFloatingPoint() ? c.B.Where(c.B.IsNaN(x), c.B.Like(x, replacement), x) : x;

    private static Value NanMean(OperatorCall c)
    {
        var x = c.InResultType("self");
        var count = Reduce(c, "ReduceSum", c.B.Cast(c.B.Not(c.B.IsNaN(x)), x.Type));
        return c.B.Div(Reduce(c, "ReduceSum", WithoutNaN(c, x, 0)), count);
    }

    private static Value?[] ExtremeWithIndex(OperatorCall c, string reduce, string arg)
    {
        var tensor = c.Real("self");
        if (tensor.Rank == 0)
        {
            return [tensor.Value, c.B.Const(DataType.Int64, 0)];
        }

        int axis = c.Dim("dim", tensor.Rank);
        bool keeps = c.Bool("keepdim");
        return [c.B.Reduce(reduce, tensor.Value, [axis], keeps), c.B.Op(arg, [Ordered(c, tensor)], Attr.From("axis", axis), Attr.From("keepdims", keeps ? 1 : 0))];
    }

    private static Value ArgExtreme(OperatorCall c, string op)
    {
        var tensor = c.Real("self");
        bool keeps = c.Bool("keepdim");
        if (tensor.Rank == 0)
        {
            return c.B.Const(DataType.Int64, 0);
        }

        var x = Ordered(c, tensor);
        if (c.Has("dim"))
        {
            return c.B.Op(op, [x], Attr.From("axis", c.Dim("dim", tensor.Rank)), Attr.From("keepdims", keeps ? 1 : 0));
        }

        var position = c.B.Op(op, [c.B.Flatten1D(x)], Attr.From("axis", 0), Attr.From("keepdims", 0));
        return keeps ? c.B.Reshape(position, [.. Enumerable.Repeat(1L, tensor.Rank)]) : position;
    }

    private static Value Ordered(OperatorCall c, Tensor tensor) => tensor.Type == ScalarType.Bool ? c.B.Cast(tensor.Value, DataType.Int32) : tensor.Value;

    private static Value Truth(OperatorCall c, string op)
    {
        var bits = c.B.Cast(c.B.Cast(c.In("self"), DataType.Bool), DataType.Int32);
        var reduced = c.B.Cast(Reduce(c, op, bits), DataType.Bool);
        // Over nothing, any is false and all is true; runtimes give the type's least or greatest number, true for both.
        return c.Real("self").IsEmpty && op == "ReduceMax" ? c.B.And(reduced, c.B.Const(DataType.Bool, 0)) : reduced;
    }

    private static Value LogSumExp(OperatorCall c)
    {
        var b = c.B;
        var x = c.InResultType("self");
        long[] axes = Axes(c);
        if (axes.Length == 0)
        {
            return x;
        }

        var greatest = b.Reduce("ReduceMax", x, axes, keepDims: true);
        var shift = b.Where(b.Op("IsInf", greatest), b.Like(x, 0), greatest);
        var sum = b.Add(b.Log(b.Sum(b.Exp(b.Sub(x, shift)), axes, keepDims: true)), shift);
        return KeepsDims(c) ? sum : b.Squeeze(sum, axes);
    }

    private static (Value Variance, Value Mean) Spread(OperatorCall c, TensorMeta result)
    {
        var b = c.B;
        var tensor = c.Real("self");
        var x = b.Cast(tensor.Value, result.Type.Carrier());
        long[] axes = Axes(c);
        bool keeps = KeepsDims(c);
        var mean = b.Mean(x, axes, keepDims: true);
        var squares = b.Square(b.Sub(x, mean));
        double correction = c.Schema.Find("unbiased") is not null ? (c.Bool("unbiased") ? 1 : 0) : c.Schema.Find("correction") is not null ? c.OptionalFloat("correction") ?? 1 : 1;
        var plainMean = keeps ? mean : b.Squeeze(mean, axes);
        if (correction == 0)
        {
            return (b.Mean(squares, axes, keeps), plainMean);
        }

        var count = axes.Select(axis => c.Sizes.SizeOf(tensor, (int)axis)).Aggregate((Number)1, (p, q) => NumberMath.Multiply(b, p, q));
        var divisor = count.IsConstant
            ? b.Const(x.Type, Math.Max(count.Integer - correction, 0))
            : b.Max(b.Sub(count.ToValue(b, x.Type), correction), 0);
        return (b.Div(b.Sum(squares, axes, keeps), divisor), plainMean);
    }

    private static Value Trace(OperatorCall c)
    {
        var x = c.InResultType("self");
        var mask = c.B.Cast(c.B.Op("EyeLike", [x], Attr.From("dtype", (long)DataType.Float)), DataType.Bool);
        return c.B.Sum(c.B.Where(mask, x, c.Const(0)), [0, 1]);
    }
}
