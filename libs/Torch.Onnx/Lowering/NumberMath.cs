using Onnx.Model;
using Torch.Onnx.Emission;
using Torch.Onnx.Symbols;

namespace Torch.Onnx.Lowering;

/// <summary>Python's arithmetic on numbers: done now where both are constants, by nodes on 0-d values where not.</summary>
internal static class NumberMath
{
    public delegate Number Binary(OnnxBuilder b, Number x, Number y);

    /// <summary>The operator that a sympy function stands for; null for others.</summary>
    public static Binary? OperatorOf(string function) => function switch
    {
        "Add" => Add,
        "Mul" => Multiply,
        "FloorDiv" or "CleanDiv" => FloorDivide,
        "Mod" or "PythonMod" => Modulo,
        "Max" => Max,
        "Min" => Min,
        "Pow" or "PowByNatural" => Power,
        "IntTrueDiv" or "FloatTrueDiv" => TrueDivide,
        "ToFloat" or "TruncToInt" or "FloorToInt" or "CeilToInt" or "Identity" => null,
        _ => null,
    };

    public static Number Add(OnnxBuilder b, Number x, Number y) => Compute(b, "Add", x, y, (p, q) => checked(p + q), (p, q) => p + q);

    public static Number Subtract(OnnxBuilder b, Number x, Number y) => Compute(b, "Sub", x, y, (p, q) => checked(p - q), (p, q) => p - q);

    public static Number Multiply(OnnxBuilder b, Number x, Number y) => Compute(b, "Mul", x, y, (p, q) => checked(p * q), (p, q) => p * q);

    public static Number Max(OnnxBuilder b, Number x, Number y) => Compute(b, "Max", x, y, Math.Max, Math.Max);

    public static Number Min(OnnxBuilder b, Number x, Number y) => Compute(b, "Min", x, y, Math.Min, Math.Min);

    public static Number Power(OnnxBuilder b, Number x, Number y) => IsInt(x, y) && y is { IsConstant: true, Integer: < 0 }
        ? Power(b, ToFloat(b, x), ToFloat(b, y))
        : Compute(b, "Pow", x, y, (p, q) => ExpressionMath.Power(p, Math.Min(q, 64)), Math.Pow);

    public static Number TrueDivide(OnnxBuilder b, Number x, Number y) => Compute(b, "Div", ToFloat(b, x), ToFloat(b, y), (p, q) => p / q, (p, q) => p / q);

    public static Number FloorDivide(OnnxBuilder b, Number x, Number y)
    {
        if (!IsInt(x, y))
        {
            var quotient = TrueDivide(b, x, y);
            return quotient.IsConstant ? Number.Of(Math.Floor(quotient.Real)) : Number.At(b.Floor(quotient.Runtime!));
        }

        if (x.IsConstant && y.IsConstant)
        {
            return ExpressionMath.FloorDivide(x.Integer, NonZero(y.Integer));
        }

        // ONNX divides toward zero; without the remainder both agree.
        return Compute(b, "Div", Subtract(b, x, Modulo(b, x, y)), y, (p, q) => p / q, (p, q) => p / q);
    }

    public static Number Modulo(OnnxBuilder b, Number x, Number y) => IsInt(x, y)
        ? Compute(b, "Mod", x, y, (p, q) => ExpressionMath.Modulo(p, NonZero(q)), (p, q) => p)
        : Subtract(b, ToFloat(b, x), Multiply(b, FloorDivide(b, x, y), y));

    public static Number Compare(OnnxBuilder b, string op, Number x, Number y)
    {
        if (x.IsConstant && y.IsConstant)
        {
            return Number.Of(op switch
            {
                "Equal" => x.Real == y.Real,
                "Less" => x.Real < y.Real,
                "LessOrEqual" => x.Real <= y.Real,
                "Greater" => x.Real > y.Real,
                _ => x.Real >= y.Real,
            });
        }

        var type = TypeOf(x, y);
        return Number.At(b.Op(op, x.ToValue(b, type), y.ToValue(b, type)));
    }

    public static Number Not(OnnxBuilder b, Number x) => x.IsConstant ? Number.Of(x.Real == 0) : Number.At(b.Not(x.ToValue(b, DataType.Bool)));

    public static Number Logic(OnnxBuilder b, string op, Number x, Number y)
    {
        if (x.IsConstant && y.IsConstant)
        {
            return Number.Of(op switch { "And" => x.Real != 0 && y.Real != 0, "Or" => x.Real != 0 || y.Real != 0, _ => (x.Real != 0) != (y.Real != 0) });
        }

        return Number.At(b.Op(op, x.ToValue(b, DataType.Bool), y.ToValue(b, DataType.Bool)));
    }

    public static Number Negate(OnnxBuilder b, Number x) => Subtract(b, x.Kind == NumberKind.Float ? Number.Of(0.0) : 0, x);

    public static Number ToFloat(OnnxBuilder b, Number x) => x.IsConstant ? Number.Of(x.Real) : Number.At(b.Cast(x.Runtime!, DataType.Double));

    /// <summary>Rounds by an ONNX operator (Floor, Ceil, Round) and turns the result into an integer.</summary>
    public static Number Round(OnnxBuilder b, string op, Number x)
    {
        if (x.Kind is NumberKind.Int or NumberKind.Bool)
        {
            return x.IsConstant ? x.Integer : Number.At(b.Cast(x.Runtime!, DataType.Int64));
        }

        if (x.IsConstant)
        {
            return (long)(op switch { "Floor" => Math.Floor(x.Real), "Ceil" => Math.Ceiling(x.Real), "Round" => Math.Round(x.Real, MidpointRounding.ToEven), _ => Math.Truncate(x.Real) });
        }

        var value = b.Cast(x.Runtime!, DataType.Double);
        return Number.At(b.Cast(op == "Truncate" ? value : b.Op(op, value), DataType.Int64));
    }

    /// <summary>The same number with the expression it is the value of.</summary>
    public static Number Named(Number number, string expression) =>
        number.IsConstant || expression.Length == 0 || number.Kind != NumberKind.Int ? number : Number.At(number.Runtime!, expression);

    private static Number Compute(OnnxBuilder b, string op, Number x, Number y, Func<long, long, long> onIntegers, Func<double, double, double> onReals)
    {
        if (x.IsConstant && y.IsConstant)
        {
            return IsInt(x, y) ? onIntegers(x.Integer, y.Integer) : Number.Of(onReals(x.Real, y.Real));
        }

        if (op is "Add" or "Sub" && y.Equals(0) && IsInt(x, y))
        {
            return x;
        }

        if (op is "Mul" or "Div" && y.Equals(1) && IsInt(x, y))
        {
            return x;
        }

        var type = TypeOf(x, y);
        return Number.At(b.Op(op, x.ToValue(b, type), y.ToValue(b, type)));
    }

    private static bool IsInt(Number x, Number y) => x.Kind is NumberKind.Int or NumberKind.Bool && y.Kind is NumberKind.Int or NumberKind.Bool;

    private static DataType TypeOf(Number x, Number y) => IsInt(x, y) ? DataType.Int64 : DataType.Double;

    private static long NonZero(long divisor) => divisor != 0 ? divisor : throw LoweringException.Malformed("a division of sizes by zero");
}
