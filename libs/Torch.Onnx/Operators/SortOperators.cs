using Onnx.Model;
using Torch.Onnx.Emission;
using Torch.Onnx.Lowering;
using static Torch.Onnx.Lowering.OperatorEntry;

namespace Torch.Onnx.Operators;

/// <summary>Orders along a dimension, and what lies at a place in that order.</summary>
internal static class SortOperators
{
    public static IReadOnlyList<OperatorEntry> Entries { get; } =
    [
        Many("topk", "TopK", c => Ordered(c, c.Number("k"), c.Int("dim"), c.Bool("largest"))),
        Many("sort sort.stable", "TopK", c => Sort(c, c.Int("dim"))),
        Of("argsort argsort.stable", "TopK", c => Sort(c, c.Int("dim"))[1]!),
        Of("msort", "TopK", c => Ordered(c, null, 0, false)[0]!),
        Many("kthvalue", "TopK, Slice", c => Kth(c, c.Number("k"))),
        Of("median", "TopK, Slice", c => Kth(c.B, c.B.Flatten1D(c.In("self")), Middle(c.B, Count(c, c.Real("self"))), 0, false)[0]!),
        Many("median.dim", "TopK, Slice", c => Kth(c, Middle(c.B, c.Sizes.SizeOf(c.Real("self"), c.Dim("dim", c.Real("self").Rank))))),
        Of("nanmedian", "IsNaN, TopK, GatherElements", c => NanMedian(c, c.B.Flatten1D(c.In("self")), Count(c, c.Real("self")), 0, false)[0]!),
        Many("nanmedian.dim", "IsNaN, TopK, GatherElements", NanMedian),
        Of("quantile quantile.scalar", "TopK, Gather, Floor, Ceil", Quantile),
    ];

    /// <summary>The first elements in descending (largest) or ascending order along an axis, and their positions; of equal ones the earlier comes first.</summary>
    public static (Value Values, Value Indices) TopK(OnnxBuilder b, Value x, Value count, int axis, bool largest)
    {
        var type = OnnxBuilder.SupportedType("TopK", x.Type);
        var results = b.Ops("TopK", [b.Cast(x, type), count], [type, DataType.Int64], Attr.From("axis", axis), Attr.From("largest", largest ? 1 : 0), Attr.From("sorted", 1));
        return (b.Cast(results[0], x.Type), results[1]);
    }

    private static Value?[] Sort(OperatorCall c, long dim) => Ordered(c, null, dim, c.Bool("descending"));

    private static Value?[] Ordered(OperatorCall c, Number? count, long dim, bool largest)
    {
        var tensor = c.Real("self");
        if (tensor.Rank == 0)
        {
            return [tensor.Value, c.B.Const(DataType.Int64, 0)];
        }

        int axis = tensor.Axis(dim);
        var (values, indices) = TopK(c.B, tensor.Value, (count ?? c.Sizes.SizeOf(tensor, axis)).ToPiece(c.B), axis, largest);
        return [values, indices];
    }

    private static Number Count(OperatorCall c, Tensor tensor) =>
        Enumerable.Range(0, tensor.Rank).Select(axis => c.Sizes.SizeOf(tensor, axis)).Aggregate((Number)1, (x, y) => NumberMath.Multiply(c.B, x, y));

    // The lower of the two middles where their number is even.
    private static Number Middle(OnnxBuilder b, Number count) => NumberMath.FloorDivide(b, NumberMath.Add(b, count, 1), 2);

    private static Value?[] Kth(OperatorCall c, Number k)
    {
        var tensor = c.Real("self");
        return tensor.Rank == 0
            ? [tensor.Value, c.B.Const(DataType.Int64, 0)]
            : Kth(c.B, tensor.Value, k, c.Dim("dim", tensor.Rank), c.Bool("keepdim"));
    }

    private static Value?[] Kth(OnnxBuilder b, Value x, Number k, int axis, bool keeps)
    {
        var (values, indices) = TopK(b, x, k.ToPiece(b), axis, false);
        var value = b.Slice(values, axis, -1, long.MaxValue);
        var index = b.Slice(indices, axis, -1, long.MaxValue);
        return keeps ? [value, index] : [b.Squeeze(value, axis), b.Squeeze(index, axis)];
    }

    private static Value?[] NanMedian(OperatorCall c)
    {
        var tensor = c.Real("self");
        if (tensor.Rank == 0)
        {
            return [tensor.Value, c.B.Const(DataType.Int64, 0)];
        }

        int axis = c.Dim("dim", tensor.Rank);
        return NanMedian(c, tensor.Value, c.Sizes.SizeOf(tensor, axis), axis, c.Bool("keepdim"));
    }

    private static Value?[] NanMedian(OperatorCall c, Value x, Number count, int axis, bool keeps)
    {
        var b = c.B;
        if (!x.Type.IsFloatingPoint())
        {
            return Kth(b, x, Middle(b, count), axis, keeps);
        }

        var isNaN = b.IsNaN(x);
        var (values, indices) = TopK(b, b.Where(isNaN, b.Like(x, double.PositiveInfinity), x), count.ToPiece(b), axis, false);
        var numbers = b.Sum(b.Cast(b.Not(isNaN), DataType.Int64), [axis], keepDims: true);
        var place = b.Div(b.Max(b.Sub(numbers, 1), 0), 2);
        var value = b.Where(b.Equal(numbers, 0), b.Like(x, double.NaN), b.Op("GatherElements", [values, place], Attr.From("axis", axis)));
        var index = b.Op("GatherElements", [indices, place], Attr.From("axis", axis));
        return keeps ? [value, index] : [b.Squeeze(value, axis), b.Squeeze(index, axis)];
    }

    private static Value Quantile(OperatorCall c)
    {
        var b = c.B;
        var tensor = c.Real("self");
        var type = tensor.Value.Type;
        bool isAlong = c.Has("dim");
        int axis = isAlong ? c.Dim("dim", tensor.Rank) : 0;
        int rank = isAlong ? Math.Max(tensor.Rank, 1) : 1;
        var x = isAlong && tensor.Rank > 0 ? b.Transpose(tensor.Value, [.. BuilderShapes.Order(rank).Where(dim => dim != axis), axis]) : b.Flatten1D(tensor.Value);
        var count = isAlong && tensor.Rank > 0 ? c.Sizes.SizeOf(tensor, axis) : Count(c, tensor);
        var sorted = TopK(b, x, count.ToPiece(b), rank - 1, false).Values;
        int listed = c.IsTensor("q") ? c.Real("q").Rank : 0;
        var position = b.Mul(c.Operand("q").As(b, type), NumberMath.Subtract(b, count, 1).ToValue(b, type));
        var picked = Interpolated(c, sorted, position, rank - 1);
        if (listed > 0)
        {
            picked = b.Transpose(picked, [rank - 1, .. BuilderShapes.Order(rank - 1)]);
        }

        return !c.Bool("keepdim") ? picked
            : isAlong ? b.Unsqueeze(picked, axis + listed)
            : b.Unsqueeze(picked, [.. BuilderShapes.Order(tensor.Rank).Select(dim => dim + listed)]);
    }

    private static Value Interpolated(OperatorCall c, Value sorted, Value position, int axis)
    {
        var b = c.B;
        Value At(Value place) => b.Gather(sorted, b.Cast(place, DataType.Int64), axis);
        var below = b.Floor(position);
        switch (c.Text("interpolation"))
        {
            case "lower":
                return At(below);
            case "higher":
                return At(b.Op("Ceil", position));
            case "nearest":
                return At(b.Op("Round", position));
            case "midpoint":
                return b.Mul(b.Add(At(below), At(b.Op("Ceil", position))), 0.5);
            default:
                var low = At(below);
                return b.Add(low, b.Mul(b.Sub(At(b.Op("Ceil", position)), low), b.Sub(position, below)));
        }
    }
}
