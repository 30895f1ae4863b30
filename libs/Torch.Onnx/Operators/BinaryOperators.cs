using Onnx.Model;
using Torch.Onnx.Emission;
using Torch.Onnx.Lowering;
using Torch.Onnx.Program;
using static Torch.Onnx.Lowering.OperatorEntry;

namespace Torch.Onnx.Operators;

/// <summary>Arithmetic on two tensors, or on a tensor and a number.</summary>
internal static class BinaryOperators
{
    public static IReadOnlyList<OperatorEntry> Entries { get; } =
    [
        Of("add.Tensor add.Scalar", "Add (Or on bool)", c => Sum(c, "self", "other", 1)),
        Of("sub.Tensor sub.Scalar subtract.Tensor subtract.Scalar", "Sub", c => Sum(c, "self", "other", -1)),
        Of("rsub.Tensor rsub.Scalar", "Sub", c => Sum(c, "other", "self", -1)),
        Of("mul.Tensor mul.Scalar multiply.Tensor multiply.Scalar", "Mul (And on bool)", Product),
        Of("div.Tensor div.Scalar divide.Tensor divide.Scalar true_divide.Tensor true_divide.Scalar", "Div", Quotient),
        Of("div.Tensor_mode div.Scalar_mode divide.Tensor_mode divide.Scalar_mode", "Div, Floor, Mod", RoundedQuotient),
        Of("floor_divide floor_divide.Scalar", "Div, Floor, Mod", c => FloorQuotient(c)),
        Of("remainder.Tensor remainder.Scalar remainder.Scalar_Tensor", "Mod", Remainder),
        Of("fmod.Tensor fmod.Scalar", "Mod (fmod)", c => c.B.Op("Mod", [c.InResultType("self"), c.InResultType("other")], Attr.From("fmod", 1))),
        Of("pow.Tensor_Scalar pow.Tensor_Tensor pow.Scalar float_power.Tensor_Scalar float_power.Tensor_Tensor float_power.Scalar", "Pow, Mul, Sqrt", Power),
        Of("maximum max.other", "Max (Or on bool)", c => Extreme(c, "Max", "Or")),
        Of("minimum min.other", "Min (And on bool)", c => Extreme(c, "Min", "And")),
        Of("fmax", "Max, IsNaN, Where", c => NumberExtreme(c, "Max", "Or")),
        Of("fmin", "Min, IsNaN, Where", c => NumberExtreme(c, "Min", "And")),
        Of("atan2 arctan2", "Atan, Where", c => SpecialFunctions.Atan2(c.B, c.InResultType("self"), c.InResultType("other"))),
        Of("hypot", "Mul, Add, Sqrt", c => c.B.Sqrt(c.B.Add(c.B.Square(c.InResultType("self")), c.B.Square(c.InResultType("other"))))),
        Of("copysign.Tensor copysign.Scalar", "Abs, Where", CopySign),
        Of("heaviside", "Greater, Where", Heaviside),
        Of("xlogy.Tensor xlogy.Scalar_Self xlogy.Scalar_Other special_xlogy special_xlogy.self_scalar special_xlogy.other_scalar", "Log, Mul, Where", c => TimesLog(c, 0)),
        Of("special_xlog1py special_xlog1py.self_scalar special_xlog1py.other_scalar", "Log, Mul, Where", c => TimesLog(c, 1)),
        Of("ldexp.Tensor", "Pow, Mul", c => c.B.Mul(c.InResultType("self"), c.B.Op("Pow", c.Const(2), c.InResultType("other")))),
        Of("logaddexp", "Exp, Log", c => LogAddExp(c, Math.E)),
        Of("logaddexp2", "Exp, Log", c => LogAddExp(c, 2)),
        Of("lerp.Scalar lerp.Tensor", "Sub, Mul, Add", Lerp),
        Of("addcmul", "Mul, Add", c => c.B.Add(c.InResultType("self"), Scaled(c, c.B.Mul(c.InResultType("tensor1"), c.InResultType("tensor2")), "value"))),
        Of("addcdiv", "Div, Mul, Add", c => c.B.Add(c.InResultType("self"), Scaled(c, c.B.Div(c.InResultType("tensor1"), c.InResultType("tensor2")), "value"))),
    ];

    /// <summary>A value times a number argument that is mostly 1.</summary>
    public static Value Scaled(OperatorCall c, Value x, string argument)
    {
        var factor = c.Number(argument);
        return factor.Equals(1) ? x : c.B.Mul(x, factor.ToValue(c.B, x.Type));
    }

    private static Value Sum(OperatorCall c, string first, string second, int sign)
    {
        if (c.Result.Type.IsComplex())
        {
            return ComplexArithmetic.Sum(c, c.Operand(first), c.Operand(second), sign);
        }

        if (c.Result.Type == ScalarType.Bool && sign > 0)
        {
            return c.B.Or(c.InResultType(first), c.InResultType(second));
        }

        var y = Scaled(c, c.InResultType(second), "alpha");
        return c.B.Op(sign > 0 ? "Add" : "Sub", c.InResultType(first), y);
    }

    private static Value Product(OperatorCall c)
    {
        if (c.Result.Type.IsComplex())
        {
            return ComplexArithmetic.Product(c, c.Operand("self"), c.Operand("other"));
        }

        return c.B.Op(c.Result.Type == ScalarType.Bool ? "And" : "Mul", c.InResultType("self"), c.InResultType("other"));
    }

    private static Value Quotient(OperatorCall c) => c.Result.Type.IsComplex()
        ? ComplexArithmetic.Quotient(c, c.Operand("self"), c.Operand("other"))
        : c.B.Div(c.InResultType("self"), c.InResultType("other"));

    private static Value RoundedQuotient(OperatorCall c) => c.OptionalText("rounding_mode") switch
    {
        null => Quotient(c),
        "floor" => FloorQuotient(c),
        "trunc" => c.Result.Type.IsFloat() ? c.B.Truncate(Quotient(c)) : Quotient(c),
        var mode => throw LoweringException.Malformed($"the rounding mode is '{mode}'"),
    };

    private static Value FloorQuotient(OperatorCall c)
    {
        var b = c.B;
        var x = c.InResultType("self");
        var y = c.InResultType("other");
        if (!c.Result.Type.IsFloat())
        {
            // ONNX divides toward zero; without the remainder both agree.
            return b.Div(b.Sub(x, b.Op("Mod", x, y)), y);
        }

        if (c.Operand("other").Number is { IsConstant: true } number && double.IsPow2(Math.Abs(number.Real)))
        {
            return b.Floor(b.Div(x, y));
        }

        // As Python: floor(x / y) alone may round the quotient up to the next integer first.
        var remainder = FloatRemainder(b, x, y);
        var quotient = b.Op("Round", b.Div(b.Sub(x, remainder), y));
        return b.Where(b.Equal(y, 0), b.Div(x, y), quotient);
    }

    private static Value Remainder(OperatorCall c)
    {
        var x = c.InResultType("self");
        var y = c.InResultType("other");
        return c.Result.Type.IsFloat() ? FloatRemainder(c.B, x, y) : c.B.Op("Mod", x, y);
    }

    // Mod (fmod) has the dividend's sign, Python's remainder the divisor's.
    private static Value FloatRemainder(OnnxBuilder b, Value x, Value y)
    {
        var mod = b.Op("Mod", [x, y], Attr.From("fmod", 1));
        var differs = b.And(b.Not(b.Equal(mod, 0)), b.Op("Xor", b.Less(mod, 0), b.Less(y, 0)));
        return b.Where(differs, b.Add(mod, y), mod);
    }

    private static Value Power(OperatorCall c)
    {
        if (c.IsTensor("self") && c.Tensor("self") is { IsComplex: true } z && !c.IsTensor("exponent") && c.Number("exponent").Equals(2))
        {
            return ComplexMath.Multiply(c.B, z, z);
        }

        var x = c.InResultType("self");
        if (c.Operand("exponent").Number is { IsConstant: true, Kind: not NumberKind.Complex } exponent && ShortPower(c.B, x, exponent.Real) is { } power)
        {
            return power;
        }

        return c.B.Op("Pow", x, c.InResultType("exponent"));
    }

    private static Value? ShortPower(OnnxBuilder b, Value x, double exponent) => exponent switch
    {
        1 => x,
        2 => b.Square(x),
        3 => b.Mul(b.Square(x), x),
        0.5 when x.Type.IsFloatingPoint() => b.Sqrt(x),
        -0.5 when x.Type.IsFloatingPoint() => b.Reciprocal(b.Sqrt(x)),
        -1 when x.Type.IsFloatingPoint() => b.Reciprocal(x),
        _ => null,
    };

    private static Value Extreme(OperatorCall c, string op, string onBool) =>
        c.B.Op(c.Result.Type == ScalarType.Bool ? onBool : op, c.InResultType("self"), c.InResultType("other"));

    private static Value NumberExtreme(OperatorCall c, string op, string onBool)
    {
        var x = c.InResultType("self");
        var y = c.InResultType("other");
        var extreme = Extreme(c, op, onBool);
        return c.Result.Type.IsFloat() ? c.B.Where(c.B.IsNaN(x), y, c.B.Where(c.B.IsNaN(y), x, extreme)) : extreme;
    }

    private static Value CopySign(OperatorCall c)
    {
        var magnitude = c.B.Abs(c.InResultType("self"));
        var sign = c.InResultType("other");
        var isNegative = c.B.Or(c.B.Less(sign, 0), c.B.And(c.B.Equal(sign, 0), c.B.Less(c.B.Reciprocal(sign), 0)));
        return c.B.Where(isNegative, c.B.Neg(magnitude), magnitude);
    }

    private static Value Heaviside(OperatorCall c)
    {
        var x = c.InResultType("self");
        var step = c.B.Cast(c.B.Greater(x, 0), c.ResultType());
        return c.B.Where(c.B.Equal(x, 0), c.InResultType("values"), step);
    }

    private static Value TimesLog(OperatorCall c, double shift)
    {
        var x = c.InResultType("self");
        var y = c.InResultType("other");
        var product = c.B.Mul(x, c.B.Log(shift == 0 ? y : c.B.Add(y, shift)));
        return c.B.Where(c.B.And(c.B.Equal(x, 0), c.B.Not(c.B.IsNaN(y))), c.Const(0), product);
    }

    private static Value LogAddExp(OperatorCall c, double radix)
    {
        var x = c.InResultType("self");
        var y = c.InResultType("other");
        double scale = Math.Log(radix);
        var distance = c.B.Neg(c.B.Abs(c.B.Sub(x, y)));
        var tail = c.B.Div(c.B.Log(c.B.Add(c.B.Exp(c.B.Mul(distance, scale)), 1)), scale);
        return c.B.Where(c.B.Equal(x, y), c.B.Add(x, 1 / (Math.Log2(radix))), c.B.Add(c.B.Max(x, y), tail));
    }

    private static Value Lerp(OperatorCall c)
    {
        var start = c.InResultType("self");
        return c.B.Add(start, c.B.Mul(c.InResultType("weight"), c.B.Sub(c.InResultType("end"), start)));
    }
}
