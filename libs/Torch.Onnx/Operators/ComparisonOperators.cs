using Onnx.Model;
using Torch.Onnx.Emission;
using Torch.Onnx.Lowering;
using static Torch.Onnx.Lowering.OperatorEntry;

namespace Torch.Onnx.Operators;

/// <summary>Comparisons, in the operands' common type.</summary>
internal static class ComparisonOperators
{
    public static IReadOnlyList<OperatorEntry> Entries { get; } =
    [
        Of("eq.Tensor eq.Scalar", "Equal", Equality),
        Of("ne.Tensor ne.Scalar not_equal.Tensor not_equal.Scalar", "Equal, Not", c => c.B.Not(Equality(c))),
        Of("lt.Tensor lt.Scalar less.Tensor less.Scalar", "Less", c => Compare(c, "Less")),
        Of("le.Tensor le.Scalar less_equal.Tensor less_equal.Scalar", "LessOrEqual", c => Compare(c, "LessOrEqual")),
        Of("gt.Tensor gt.Scalar greater.Tensor greater.Scalar", "Greater", c => Compare(c, "Greater")),
        Of("ge.Tensor ge.Scalar greater_equal.Tensor greater_equal.Scalar", "GreaterOrEqual", c => Compare(c, "GreaterOrEqual")),
        Of("isclose", "Sub, Abs, LessOrEqual", IsClose),
        OperatorEntry.Scalar("allclose", "Sub, Abs, ReduceMin", c => Number.At(All(c.B, IsClose(c)))),
        OperatorEntry.Scalar("equal", "Equal, ReduceMin", AreEqual),
        Of("isin.Tensor_Tensor isin.Tensor_Scalar isin.Scalar_Tensor", "Equal, ReduceMax", IsIn),
    ];

    /// <summary>True where all elements are.</summary>
    public static Value All(OnnxBuilder b, Value x, long[]? axes = null, bool keepDims = false) =>
        b.Cast(b.Reduce("ReduceMin", b.Cast(x, DataType.Int32), axes, keepDims), DataType.Bool);

    /// <summary>True where any element is.</summary>
    public static Value Any(OnnxBuilder b, Value x, long[]? axes = null, bool keepDims = false) =>
        b.Cast(b.Reduce("ReduceMax", b.Cast(x, DataType.Int32), axes, keepDims), DataType.Bool);

    private static Value Compare(OperatorCall c, string op)
    {
        var x = c.Operand("self");
        var y = c.Operand("other");
        var type = Promotion.Of(x, y);
        return c.B.Op(op, x.As(c.B, type), y.As(c.B, type));
    }

    private static Value Equality(OperatorCall c)
    {
        var x = c.Operand("self");
        var y = c.Operand("other");
        if (x.Tensor is { IsComplex: true } left && y.Tensor is { IsComplex: true } right)
        {
            return All(c.B, c.B.Equal(left.Value, right.Value), [c.Result.Rank]);
        }

        return Compare(c, "Equal");
    }

    private static Value IsClose(OperatorCall c)
    {
        var b = c.B;
        var x = b.Cast(c.In("self"), DataType.Double);
        var y = b.Cast(c.In("other"), DataType.Double);
        var distance = b.Abs(b.Sub(x, y));
        var allowed = b.Add(b.Abs(b.Mul(y, c.Float("rtol"))), c.Float("atol"));
        var isFinite = b.Not(b.Or(b.Op("IsInf", distance), b.IsNaN(distance)));
        var close = b.Or(b.Equal(x, y), b.And(isFinite, b.Op("LessOrEqual", distance, allowed)));
        return c.Bool("equal_nan") ? b.Or(close, b.And(b.IsNaN(x), b.IsNaN(y))) : close;
    }

    private static Number AreEqual(OperatorCall c)
    {
        var x = c.Real("self");
        var y = c.Real("other");
        if (!x.IsStatic || !y.IsStatic)
        {
            throw LoweringException.Dynamic("equal compares shapes first, so both must be static");
        }

        return x.Sizes.AsSpan().SequenceEqual(y.Sizes)
            ? Number.At(All(c.B, c.B.Equal(x.Value, c.B.Cast(y.Value, x.Value.Type))))
            : Number.Of(false);
    }

    private static Value IsIn(OperatorCall c)
    {
        bool isTensor = c.Schema.Find("elements") is not null;
        var elements = c.Operand(isTensor ? "elements" : "element");
        var tests = c.Operand(c.Schema.Find("test_elements") is not null ? "test_elements" : "test_element");
        var type = Promotion.Of(elements, tests);
        var each = c.B.Unsqueeze(elements.As(c.B, type), elements.Rank);
        var found = Any(c.B, c.B.Equal(each, c.B.Flatten1D(tests.As(c.B, type))), [elements.Rank]);
        return c.Bool("invert") ? c.B.Not(found) : found;
    }
}
