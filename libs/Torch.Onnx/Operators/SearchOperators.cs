using Onnx.Model;
using Torch.Onnx.Emission;
using Torch.Onnx.Lowering;
using static Torch.Onnx.Lowering.OperatorEntry;

namespace Torch.Onnx.Operators;

/// <summary>Places in sorted lists, counts by value, distinct values.</summary>
internal static class SearchOperators
{
    public static IReadOnlyList<OperatorEntry> Entries { get; } =
    [
        Of("searchsorted.Tensor searchsorted.Scalar", "Less, ReduceSum", SearchSorted),
        Of("bucketize.Tensor bucketize.Scalar", "Less, ReduceSum", c => Places(c, "boundaries", c.Bool("right"), null)),
        Of("bincount", "ReduceMax, ScatterElements", BinCount),
        Of("histc", "Floor, ScatterElements", Histogram),
        Many("_unique2", "Unique", c => WhereAsked(c, Unique(c, c.In("self")))),
        Many("unique_dim", "Unique", UniqueSlices),
        Many("unique_consecutive", "Equal, Compress, CumSum", UniqueRuns, "over all elements"),
    ];

    private static Value SearchSorted(OperatorCall c)
    {
        var sorter = c.OptionalTensor("sorter");
        return Places(c, "sorted_sequence", c.Bool("right") || c.OptionalText("side") == "right", sorter?.Value);
    }

    // The place of a number is how many elements of the sorted list are less.
    private static Value Places(OperatorCall c, string list, bool isRight, Value? order)
    {
        var b = c.B;
        var sorted = c.Real(list);
        var wanted = c.Operand("self");
        var type = Promotion.Of(new Operand(sorted, null), wanted);
        var elements = b.Cast(sorted.Value, type == Program.ScalarType.Unknown ? sorted.Value.Type : Program.ScalarTypes.Carrier(type));
        elements = order is null ? elements : b.Op("GatherElements", [elements, order], Attr.From("axis", sorted.Rank - 1));
        elements = sorted.Rank > 1 ? b.Unsqueeze(elements, sorted.Rank - 1) : elements;
        var numbers = b.Unsqueeze(b.Cast(wanted.As(b, type), elements.Type), wanted.Rank);
        var isBefore = b.Op(isRight ? "LessOrEqual" : "Less", elements, numbers);
        return b.Sum(b.Cast(isBefore, DataType.Int32), [wanted.Rank]);
    }

    private static Value BinCount(OperatorCall c)
    {
        var b = c.B;
        var index = b.Cast(c.In("self"), DataType.Int64);
        var type = c.ResultType();
        // With one more element, an empty list has a maximum as well.
        var last = b.Reduce("ReduceMax", b.Concat(0, index, b.Constants.Integers(c.Int("minlength") - 1)), [0], keepDims: true);
        var zeros = b.Expand(b.Const(type, 0), b.Add(last, 1));
        var weights = c.OptionalInResultType("weights") ?? b.Expand(b.Const(type, 1), b.Shape(index));
        return b.Op("ScatterElements", [zeros, index, weights], Attr.From("axis", 0), Attr.From("reduction", "add"));
    }

    private static Value Histogram(OperatorCall c)
    {
        var b = c.B;
        var x = b.Flatten1D(c.InResultType("self"));
        long bins = c.Int("bins");
        ConstantPool.CheckCount(bins);
        var (low, high) = Range(c, x);
        var isInside = b.And(b.Op("GreaterOrEqual", x, low), b.Op("LessOrEqual", x, high));
        var place = b.Floor(b.Div(b.Mul(b.Sub(x, low), bins), b.Sub(high, low)));
        var bin = b.Cast(b.Op("Clip", b.Where(isInside, place, b.Like(x, 0)), b.Like(x, 0), b.Like(x, bins - 1)), DataType.Int64);
        var zeros = b.Expand(b.Like(x, 0), b.Constants.Integers(bins));
        return b.Op("ScatterElements", [zeros, bin, b.Cast(isInside, x.Type)], Attr.From("axis", 0), Attr.From("reduction", "add"));
    }

    private static (Value Low, Value High) Range(OperatorCall c, Value x)
    {
        var b = c.B;
        double low = c.Float("min");
        double high = c.Float("max");
        if (low != high)
        {
            return (b.Like(x, low), b.Like(x, high));
        }

        // Equal bounds stand for the data's own.
        var least = b.Reduce("ReduceMin", x, [0]);
        var greatest = b.Reduce("ReduceMax", x, [0]);
        var widening = b.Cast(b.Equal(least, greatest), x.Type);
        return (b.Sub(least, widening), b.Add(greatest, widening));
    }

    private static Value?[] Unique(OperatorCall c, Value x, params ReadOnlySpan<AttributeProto> axis)
    {
        var type = OnnxBuilder.SupportedType("Unique", x.Type);
        var results = c.B.Ops(
            "Unique", [c.B.Cast(x, type)], [type, DataType.Int64, DataType.Int64, DataType.Int64], [Attr.From("sorted", 1), .. axis]);
        var inverse = axis.Length > 0 ? results[2] : c.B.Op("Reshape", results[2], c.Sizes.ShapeOf(c.Real("self").Sizes));
        return [c.B.Cast(results[0], x.Type), inverse, results[3]];
    }

    private static Value?[] UniqueSlices(OperatorCall c) => WhereAsked(c, Unique(c, c.In("self"), Attr.From("axis", c.Dim("dim", c.Real("self").Rank))));

    // What was not asked for is empty.
    private static Value?[] WhereAsked(OperatorCall c, Value?[] results)
    {
        bool isInverse = c.Bool("return_inverse") || c.Results[1].Sizes is not [{ IsStatic: true, Value: 0 }];
        bool isCounts = c.Bool("return_counts") || c.Results[2].Sizes is not [{ IsStatic: true, Value: 0 }];
        return [results[0], isInverse ? results[1] : c.B.Constants.Integers(), isCounts ? results[2] : c.B.Constants.Integers()];
    }

    private static Value?[] UniqueRuns(OperatorCall c)
    {
        var b = c.B;
        var tensor = c.Real("self");
        if ((c.Has("dim") && tensor.Rank != 1) || tensor.IsEmpty)
        {
            throw LoweringException.Argument("unique_consecutive is mapped for all elements of a tensor that has some, not for slices");
        }

        var x = b.Flatten1D(tensor.Value);
        var differs = b.Not(b.Equal(b.Slice(x, 0, 1, long.MaxValue), b.Slice(x, 0, 0, -1)));
        var isFirst = b.Concat(0, b.Constants.Numbers(DataType.Bool, [1], [1]), differs);
        var run = b.Sub(b.Op("CumSum", b.Cast(isFirst, DataType.Int64), b.Const(DataType.Int64, 0)), 1);
        var starts = b.Squeeze(b.Op("NonZero", isFirst), 0);
        var ends = b.Concat(0, b.Slice(starts, 0, 1, long.MaxValue), b.Shape(x));
        return WhereAsked(c, [b.Op("Compress", [x, isFirst], Attr.From("axis", 0)), b.Op("Reshape", run, c.Sizes.ShapeOf(tensor.Sizes)), b.Sub(ends, starts)]);
    }
}
