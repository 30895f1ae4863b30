using Onnx.Model;
using Torch.Onnx.Emission;
using Torch.Onnx.Lowering;
using Torch.Onnx.Program;
using static Torch.Onnx.Lowering.OperatorEntry;

namespace Torch.Onnx.Operators;

/// <summary>Functions of one tensor, element by element.</summary>
internal static class UnaryOperators
{
    public static IReadOnlyList<OperatorEntry> Entries { get; } =
    [
        Of("abs absolute", "Abs", c => c.Tensor("self") is { IsComplex: true } z ? ComplexMath.Magnitude(c.B, z) : c.B.Abs(c.In("self"))),
        Of("neg negative", "Neg", c => c.B.Neg(c.Tensor("self").Value)),
        Of("positive", "Identity", c => c.In("self")),
        Of("exp", "Exp", c => c.Tensor("self") is { IsComplex: true } z ? ComplexMath.Exponential(c.B, z) : Float(c, "Exp")),
        Of("exp2 special_exp2", "Pow", c => c.B.Op("Pow", c.Const(2), c.InResultType("self"))),
        Of("expm1 special_expm1", "Exp, Sub", c => c.B.Sub(Float(c, "Exp"), 1)),
        Of("log", "Log", c => c.Tensor("self") is { IsComplex: true } z ? ComplexMath.Logarithm(c.B, z) : Float(c, "Log")),
        Of("log2", "Log, Mul", c => c.B.Mul(Float(c, "Log"), 1 / Math.Log(2))),
        Of("log10", "Log, Mul", c => c.B.Mul(Float(c, "Log"), 1 / Math.Log(10))),
        Of("log1p special_log1p", "Add, Log", c => c.B.Log(c.B.Add(c.InResultType("self"), 1))),
        Of("sqrt", "Sqrt", c => c.Tensor("self") is { IsComplex: true } z ? ComplexMath.Root(c.B, z) : Float(c, "Sqrt")),
        Of("rsqrt", "Sqrt, Reciprocal", c => c.B.Reciprocal(Float(c, "Sqrt"))),
        Of("square", "Mul", c => c.Tensor("self") is { IsComplex: true } z ? ComplexMath.Multiply(c.B, z, z) : Square(c)),
        Of("reciprocal", "Reciprocal", c => c.Tensor("self") is { IsComplex: true } z ? ComplexMath.Reciprocal(c.B, z) : Float(c, "Reciprocal")),
        Of("sin", "Sin", c => Float(c, "Sin")),
        Of("cos", "Cos", c => Float(c, "Cos")),
        Of("tan", "Tan", c => Float(c, "Tan")),
        Of("sinh", "Sinh", c => Float(c, "Sinh")),
        Of("cosh", "Cosh", c => Float(c, "Cosh")),
        Of("tanh", "Tanh", c => Float(c, "Tanh")),
        Of("asin arcsin", "Asin", c => Float(c, "Asin")),
        Of("acos arccos", "Acos", c => Float(c, "Acos")),
        Of("atan arctan", "Atan", c => Float(c, "Atan")),
        Of("asinh arcsinh", "Asinh", c => Float(c, "Asinh")),
        Of("acosh arccosh", "Acosh", c => Float(c, "Acosh")),
        Of("atanh arctanh", "Atanh", c => Float(c, "Atanh")),
        Of("erf special_erf", "Erf", c => Float(c, "Erf")),
        Of("erfc special_erfc", "Erf, Sub", c => c.B.Sub(1, Float(c, "Erf"))),
        Of("erfinv special_erfinv", "Log, Sqrt, polynomials", c => SpecialFunctions.InverseErf(c.B, c.InResultType("self"))),
        Of("lgamma special_gammaln", "Log, Sin, Div", c => SpecialFunctions.LogGamma(c.B, c.InResultType("self")), "in float64"),
        Of("digamma special_digamma special_psi", "Log, Sin, Div", c => SpecialFunctions.Digamma(c.B, c.InResultType("self")), "in float64"),
        Of("polygamma special_polygamma", "Log, Sin, Div", Polygamma, "orders 0 and 1"),
        Of("mvlgamma special_multigammaln", "Log, Sin, Div", MultiLogGamma),
        Of("special_ndtr", "Erf", c => c.B.Mul(c.B.Add(c.B.Op("Erf", c.B.Mul(c.InResultType("self"), Math.Sqrt(0.5))), 1), 0.5)),
        Of("special_entr", "Log, Mul, Where", Entropy),
        Of("ceil", "Ceil", c => Rounded(c, "Ceil")),
        Of("floor", "Floor", c => Rounded(c, "Floor")),
        Of("round", "Round", c => Rounded(c, "Round")),
        Of("round.decimals special_round", "Mul, Round, Div", RoundDecimals),
        Of("trunc fix", "Ceil, Floor, Where", c => c.Real("self").IsInteger() ? c.In("self") : c.B.Truncate(c.In("self"))),
        Of("frac", "Sub", c => c.B.Sub(c.In("self"), c.B.Truncate(c.In("self")))),
        Of("sign", "Sign", Sign),
        Of("sgn", "Sign", c => c.Tensor("self") is { IsComplex: true } z ? ComplexMath.Sign(c.B, z) : Sign(c)),
        Of("signbit", "Less", c => c.Real("self").Type == ScalarType.Bool ? c.B.Less(c.B.Cast(c.In("self"), DataType.Int32), 0) : SignBit(c)),
        Of("sinc special_sinc", "Sin, Div, Where", Sinc),
        Of("logit special_logit", "Clip, Div, Log", Logit),
        Of("isnan", "IsNaN", c => c.B.IsNaN(c.In("self"))),
        Of("isinf", "IsInf", c => IsInfinite(c, 1, 1)),
        Of("isposinf", "IsInf", c => IsInfinite(c, 1, 0)),
        Of("isneginf", "IsInf", c => IsInfinite(c, 0, 1)),
        Of("isfinite", "IsInf, IsNaN", c => c.B.Not(c.B.Or(IsInfinite(c, 1, 1), c.B.IsNaN(c.In("self"))))),
        Of("isreal", "Equal", c => c.Tensor("self") is { IsComplex: true } z ? c.B.Equal(ComplexMath.Split(c.B, z).Imaginary, 0) : c.B.Equal(c.In("self"), c.In("self"))),
        Of("nan_to_num", "IsNaN, IsInf, Where", NanToNum),
        Of("bitwise_not", "BitwiseNot", BitwiseNot),
        Of("logical_not", "Cast, Not", c => c.B.Not(c.B.Cast(c.In("self"), DataType.Bool))),
        Of("deg2rad", "Mul", c => c.B.Mul(c.InResultType("self"), Math.PI / 180)),
        Of("rad2deg", "Mul", c => c.B.Mul(c.InResultType("self"), 180 / Math.PI)),
        Of("angle", "Atan, Where", Angle),
    ];

    private static Value Float(OperatorCall c, string op) => c.B.Op(op, c.InResultType("self"));

    private static Value Square(OperatorCall c) => c.B.Square(c.InResultType("self"));

    private static Value Rounded(OperatorCall c, string op) => c.Real("self").IsInteger() ? c.In("self") : c.B.Op(op, c.In("self"));

    private static Value RoundDecimals(OperatorCall c)
    {
        long decimals = c.Int("decimals");
        if (c.Real("self").IsInteger() && decimals >= 0)
        {
            return c.In("self");
        }

        if (decimals == 0)
        {
            return c.B.Op("Round", c.InResultType("self"));
        }

        double scale = Math.Pow(10, Math.Abs(decimals));
        var x = c.InResultType("self");
        return decimals < 0
            ? c.B.Mul(c.B.Op("Round", c.B.Div(x, scale)), scale)
            : c.B.Div(c.B.Op("Round", c.B.Mul(x, scale)), scale);
    }

    // What is not a number has the sign 0.
    private static Value Sign(OperatorCall c)
    {
        var tensor = c.Real("self");
        if (tensor.Type == ScalarType.Bool)
        {
            return tensor.Value;
        }

        var sign = c.B.Op("Sign", tensor.Value);
        return tensor.IsInteger() ? sign : c.B.Where(c.B.IsNaN(tensor.Value), c.Const(0), sign);
    }

    // The sign of -0.0 shows in its reciprocal.
    private static Value SignBit(OperatorCall c)
    {
        var x = c.In("self");
        return c.Real("self").IsInteger() ? c.B.Less(x, 0) : c.B.Or(c.B.Less(x, 0), c.B.And(c.B.Equal(x, 0), c.B.Less(c.B.Reciprocal(x), 0)));
    }

    private static Value Sinc(OperatorCall c)
    {
        var x = c.B.Mul(c.InResultType("self"), Math.PI);
        var isZero = c.B.Equal(x, 0);
        var divisor = c.B.Where(isZero, c.Const(1), x);
        return c.B.Where(isZero, c.Const(1), c.B.Div(c.B.Sin(x), divisor));
    }

    private static Value Logit(OperatorCall c)
    {
        var x = c.InResultType("self");
        if (c.OptionalFloat("eps") is { } eps)
        {
            x = c.B.Op("Clip", x, c.Const(eps), c.Const(1 - eps));
        }

        return c.B.Log(c.B.Div(x, c.B.Sub(1, x)));
    }

    private static Value IsInfinite(OperatorCall c, long positive, long negative)
    {
        var x = c.In("self");
        return c.Real("self").IsInteger()
            ? c.B.Not(c.B.Equal(x, x))
            : c.B.Op("IsInf", [x], Attr.From("detect_positive", positive), Attr.From("detect_negative", negative));
    }

    private static Value NanToNum(OperatorCall c)
    {
        var x = c.In("self");
        var tensor = c.Real("self");
        if (tensor.IsInteger())
        {
            return x;
        }

        double greatest = tensor.Type switch
        {
            ScalarType.Half => (double)Half.MaxValue,
            ScalarType.BFloat16 => 3.3895313892515355e38,
            ScalarType.Double => double.MaxValue,
            _ => float.MaxValue,
        };
        var plus = c.B.Op("IsInf", [x], Attr.From("detect_negative", 0));
        var minus = c.B.Op("IsInf", [x], Attr.From("detect_positive", 0));
        var finite = c.B.Where(plus, c.Const(c.OptionalFloat("posinf") ?? greatest), c.B.Where(minus, c.Const(c.OptionalFloat("neginf") ?? -greatest), x));
        return c.B.Where(c.B.IsNaN(x), c.Const(c.OptionalFloat("nan") ?? 0), finite);
    }

    private static Value BitwiseNot(OperatorCall c)
    {
        var x = c.In("self");
        if (x.Type == DataType.Bool)
        {
            return c.B.Not(x);
        }

        // In two's complement, without the operator of opset 18: -1 - x.
        return c.B.Opset >= 18 ? c.B.Op("BitwiseNot", x) : c.B.Sub(c.B.Constants.Integer(x.Type, -1), x);
    }

    private static Value Entropy(OperatorCall c)
    {
        var x = c.InResultType("self");
        var inside = c.B.Neg(c.B.Mul(x, c.B.Log(x)));
        var atEdge = c.B.Where(c.B.Equal(x, 0), c.Const(0), inside);
        return c.B.Where(c.B.Less(x, 0), c.Const(double.NegativeInfinity), atEdge);
    }

    private static Value Polygamma(OperatorCall c) => c.Int("n") switch
    {
        0 => SpecialFunctions.Digamma(c.B, c.InResultType("self")),
        1 => SpecialFunctions.Trigamma(c.B, c.InResultType("self")),
        var order => throw LoweringException.Argument($"order {order} is not mapped, only 0 and 1 are"),
    };

    private static Value MultiLogGamma(OperatorCall c)
    {
        long p = c.Int("p");
        if (p is < 1 or > ImportLimits.UnrolledSteps)
        {
            throw LoweringException.Argument($"p is {p}");
        }

        var x = c.InResultType("self");
        var sum = c.Const(p * (p - 1) / 4.0 * Math.Log(Math.PI));
        for (int i = 0; i < p; i++)
        {
            sum = c.B.Add(sum, SpecialFunctions.LogGamma(c.B, c.B.Sub(x, i / 2.0)));
        }

        return sum;
    }

    private static Value Angle(OperatorCall c)
    {
        var tensor = c.Tensor("self");
        if (tensor.IsComplex)
        {
            var (real, imaginary) = ComplexMath.Split(c.B, tensor);
            return SpecialFunctions.Atan2(c.B, imaginary, real);
        }

        var x = c.InResultType("self");
        var angle = c.B.Where(c.B.Less(x, 0), c.Const(Math.PI), c.Const(0));
        return c.B.Where(c.B.IsNaN(x), x, angle);
    }
}
