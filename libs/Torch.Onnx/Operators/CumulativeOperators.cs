using Onnx.Model;
using Torch.Onnx.Emission;
using Torch.Onnx.Lowering;
using Torch.Onnx.Program;
using static Torch.Onnx.Lowering.OperatorEntry;

namespace Torch.Onnx.Operators;

/// <summary>Running sums, products and extremes, differences and integrals along a dimension.</summary>
internal static class CumulativeOperators
{
    public static IReadOnlyList<OperatorEntry> Entries { get; } =
    [
        Of("cumsum", "CumSum", CumSum),
        Of("cumprod", "Slice, Mul, Concat", c => Running(c, c.InResultType("self"), (x, y) => c.B.Mul(x, y))),
        Of("logcumsumexp", "Slice, Exp, Log, Concat", c => Running(c, c.InResultType("self"), (x, y) => LogSum(c.B, x, y))),
        Many("cummax", "Slice, Where, Concat", c => RunningExtreme(c, "GreaterOrEqual")),
        Many("cummin", "Slice, Where, Concat", c => RunningExtreme(c, "LessOrEqual")),
        Of("diff", "Slice, Sub", Difference),
        Of("trapezoid.dx trapz.dx", "Slice, Add, Mul, ReduceSum", c => Integral(c, c.Schema.Find("dx") is null ? 1 : c.Number("dx"), false)),
        Of("trapezoid.x trapz.x", "Slice, Sub, Add, Mul, ReduceSum", c => Integral(c, null, false)),
        Of("cumulative_trapezoid.dx", "Slice, Add, Mul, CumSum", c => Integral(c, c.Number("dx"), true)),
        Of("cumulative_trapezoid.x", "Slice, Sub, Add, Mul, CumSum", c => Integral(c, null, true)),
    ];

    private static Value CumSum(OperatorCall c)
    {
        var tensor = c.Tensor("self");
        var x = tensor.IsComplex ? tensor.Value : c.InResultType("self");
        return tensor.Rank == 0 ? x : c.B.Op("CumSum", x, c.B.Const(DataType.Int64, c.Dim("dim", tensor.Rank)));
    }

    private static Value Running(OperatorCall c, Value x, Func<Value, Value, Value> combine) =>
        Running(c, [x], (left, right) => [combine(left[0], right[0])])[0];

    // Each round combines every element with the one 1, 2, 4 ... before it: as many rounds as the size has bits.
    private static Value[] Running(OperatorCall c, Value[] state, Func<Value[], Value[], Value[]> combine)
    {
        var tensor = c.Real("self");
        if (tensor.Rank == 0)
        {
            return state;
        }

        int axis = c.Dim("dim", tensor.Rank);
        long size = tensor.StaticSize(axis, "the argument");
        for (long step = 1; step < size; step *= 2)
        {
            var earlier = Array.ConvertAll(state, part => c.B.Slice(part, axis, 0, size - step));
            var later = Array.ConvertAll(state, part => c.B.Slice(part, axis, step, size));
            var combined = combine(earlier, later);
            for (int i = 0; i < combined.Length; i++)
            {
                state[i] = c.B.Concat(axis, c.B.Slice(state[i], axis, 0, step), combined[i]);
            }
        }

        return state;
    }

    private static Value LogSum(OnnxBuilder b, Value x, Value y)
    {
        var greatest = b.Max(x, y);
        var shift = b.Where(b.Op("IsInf", greatest), b.Like(x, 0), greatest);
        return b.Add(b.Log(b.Add(b.Exp(b.Sub(x, shift)), b.Exp(b.Sub(y, shift)))), shift);
    }

    // Of equal elements the last counts, and what is not a number stays.
    private static Value?[] RunningExtreme(OperatorCall c, string wins)
    {
        var b = c.B;
        var tensor = c.Real("self");
        if (tensor.Rank == 0)
        {
            return [tensor.Value, b.Const(DataType.Int64, 0)];
        }

        int axis = c.Dim("dim", tensor.Rank);
        long size = tensor.StaticSize(axis, "the argument");
        ConstantPool.CheckCount(size);
        long[] along = [size, .. Enumerable.Repeat(1L, tensor.Rank - 1 - axis)];
        var places = b.Expand(b.Constants.Integers(along, BuilderShapes.Order((int)size)), c.Sizes.ShapeOf(tensor.Sizes));
        var x = tensor.Type == ScalarType.Bool ? b.Cast(tensor.Value, DataType.Int32) : tensor.Value;
        return Running(c, [x, places], (left, right) =>
        {
            var takes = b.Op(wins, right[0], left[0]);
            takes = x.Type.IsFloatingPoint() ? b.Or(takes, b.IsNaN(right[0])) : takes;
            return [b.Where(takes, right[0], left[0]), b.Where(takes, right[1], left[1])];
        });
    }

    private static Value Difference(OperatorCall c)
    {
        var tensor = c.Real("self");
        int axis = c.Dim("dim", tensor.Rank);
        Value?[] parts = [c.OptionalInResultType("prepend"), c.InResultType("self"), c.OptionalInResultType("append")];
        var x = c.B.Concat(axis, [.. parts.Where(part => part is not null)]);
        for (long i = c.Int("n"); i > 0; i--)
        {
            x = Step(c.B, x, axis);
        }

        return x;
    }

    private static Value Step(OnnxBuilder b, Value x, int axis) =>
        b.Op(x.Type == DataType.Bool ? "Xor" : "Sub", b.Slice(x, axis, 1, long.MaxValue), b.Slice(x, axis, 0, -1));

    private static Value Integral(OperatorCall c, Number? dx, bool isRunning)
    {
        var b = c.B;
        var tensor = c.Real("y");
        int axis = c.Dim("dim", tensor.Rank);
        var y = c.InResultType("y");
        var sums = b.Mul(b.Add(b.Slice(y, axis, 1, long.MaxValue), b.Slice(y, axis, 0, -1)), 0.5);
        var areas = b.Mul(sums, dx is null ? Widths(c, tensor.Rank, axis) : dx.ToValue(b, y.Type));
        return isRunning ? b.Op("CumSum", areas, b.Const(DataType.Int64, axis)) : b.Sum(areas, [axis]);
    }

    // A list of places belongs to the dimension that is integrated over.
    private static Value Widths(OperatorCall c, int rank, int axis)
    {
        int own = c.Real("x").Rank;
        var x = c.InResultType("x");
        if (own == 1)
        {
            var widths = Step(c.B, x, 0);
            return c.B.Unsqueeze(widths, [.. BuilderShapes.Order(rank - axis).Skip(1)]);
        }

        return Step(c.B, x, axis - (rank - own));
    }
}
