using Onnx.Tflite.Building;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>Arithmetic of two and more operands.</summary>
internal static class ArithmeticLowerings
{
    public static IReadOnlyList<OperatorLowering> Table { get; } =
    [
        Binary("Add", (b, x, y) => b.Plus(x, y)) with { Builtins = "ADD" },
        Binary("Sub", (b, x, y) => b.Minus(x, y)) with { Builtins = "SUB" },
        Binary("Mul", (b, x, y) => b.Times(x, y)) with { Builtins = "MUL" },
        Binary("Div", (b, x, y) => b.Over(x, y)) with { Builtins = "DIV", Limits = "no 64-bit integers" },
        Folded("Max", (b, x, y) => b.Maximum(x, y)) with { Builtins = "MAXIMUM" },
        Folded("Min", (b, x, y) => b.Minimum(x, y)) with { Builtins = "MINIMUM" },
        Folded("Sum", (b, x, y) => b.Plus(x, y)) with { Builtins = "ADD" },
        new("Mean", n => n.Out(0, n.B.Times(Fold(n, (b, x, y) => b.Plus(x, y)), 1.0 / n.InputCount))) { Builtins = "ADD, MUL" },
        new("Mod", Mod) { Types = "float, integers", Builtins = "FLOOR_MOD, ABS, LESS, NEG, SELECT_V2", Limits = "no uint64" },
        new("Pow", Pow) { Types = "float, integers", Builtins = "POW, MUL, SQRT, RSQRT, DIV", Limits = "an integer base needs an integer exponent" },
    ];

    private static OperatorLowering Binary(string name, Func<GraphBuilder, Tensor, Tensor, Tensor> make) =>
        new(name, n => n.Out(0, make(n.B, n.In(0), n.In(1)))) { Types = "float, integers" };

    private static OperatorLowering Folded(string name, Func<GraphBuilder, Tensor, Tensor, Tensor> make) =>
        new(name, n => n.Out(0, name is "Max" or "Min" && n.OutFact(0).Type == Onnx.Model.DataType.UInt64 ? Unsigned(n, make) : Fold(n, make))) { Types = "float, integers" };

    private static Tensor Fold(LoweringNode n, Func<GraphBuilder, Tensor, Tensor, Tensor> make)
    {
        var result = n.In(0);
        for (int i = 1; i < n.InputCount; i++)
        {
            result = make(n.B, result, n.In(i));
        }

        return result;
    }

    // Unsigned numbers travel as signed ones of the same bits; with the highest bit flipped both orders agree.
    private static Tensor Unsigned(LoweringNode n, Func<GraphBuilder, Tensor, Tensor, Tensor> make)
    {
        Tensor Flip(Tensor x) => n.B.Plus(x, n.B.Constant(TensorType.Int64, [], [long.MinValue]));
        var result = Flip(n.In(0));
        for (int i = 1; i < n.InputCount; i++)
        {
            result = make(n.B, result, Flip(n.In(i)));
        }

        return Flip(result);
    }

    private static void Mod(LoweringNode n)
    {
        if (n.Fact(0).Type == Onnx.Model.DataType.UInt64)
        {
            throw new RefusedException(ReasonCode.UnsupportedType, "remainders of 64-bit unsigned integers", "use int64");
        }

        Tensor x = n.In(0), y = n.In(1);
        if (n.Node.Int("fmod", 0) == 0)
        {
            n.Out(0, n.B.FloorMod(x, y));
            return;
        }

        // The remainder of magnitudes is exact and has the dividend's sign.
        var remainder = n.B.FloorMod(n.B.Abs(x), n.B.Abs(y));
        n.Out(0, n.B.Select(n.B.Less(Comparable(n, x), Comparable(n, n.B.Number(x.Type, 0))), n.B.Neg(remainder), remainder));
    }

    private static Tensor Comparable(LoweringNode n, Tensor x) => x.Type == TensorType.Float64 ? n.B.Cast(x, TensorType.Float32) : x;

    private static void Pow(LoweringNode n)
    {
        Tensor x = n.In(0), y = n.In(1);
        bool whole = x.Type != TensorType.Float32 && x.Type != TensorType.Float64;
        if (!whole)
        {
            n.Out(0, n.Numbers(1) is [var exponent] ? ConstantPower(n.B, x, exponent) : n.B.Pow(x, n.B.Cast(y, x.Type)));
        }
        else if (y.Type is TensorType.Float32 or TensorType.Float64)
        {
            throw new RefusedException(ReasonCode.UnsupportedType, "an integer to a float power is rounded in a way that no builtin repeats", "cast the base to float32 before");
        }
        else
        {
            n.Out(0, x.Type == TensorType.Int64 || y.Type == TensorType.Int64 ? IntegerPower(n, x, y) : n.B.Pow(x, n.B.Cast(y, x.Type)));
        }
    }

    private static Tensor ConstantPower(GraphBuilder b, Tensor x, double exponent) => exponent switch
    {
        1 => x,
        2 => b.Square(x),
        3 => b.Times(b.Square(x), x),
        0.5 => b.Sqrt(x),
        -0.5 => b.Rsqrt(x),
        -1 => b.Over(b.Number(x.Type, 1), x),
        _ => b.Pow(x, b.Number(x.Type, exponent)),
    };

    // Square and multiply over the bits of the exponent. Exponents from 64 on change only 0, 1 and -1, where parity is all that counts.
    private static Tensor IntegerPower(LoweringNode n, Tensor x, Tensor y)
    {
        var b = n.B;
        var whole = b.Cast(y, TensorType.Int32);
        var left = b.Select(b.Less(whole, b.Int32(64)), whole, b.Plus(b.FloorMod(whole, b.Int32(2)), 62));
        Tensor result = b.Number(x.Type, 1), power = x;
        for (int bit = 0; bit < 6; bit++)
        {
            var odd = b.Equal(b.FloorMod(left, b.Int32(2)), b.Int32(1));
            result = b.Select(odd, b.Times(power, result), result);
            left = b.FloorDiv(left, b.Int32(2));
            power = bit < 5 ? b.Times(power, power) : power;
        }

        return result;
    }
}
