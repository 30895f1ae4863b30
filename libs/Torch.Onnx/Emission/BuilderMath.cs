using Onnx.Model;

namespace Torch.Onnx.Emission;

/// <summary>Elementwise operators, short enough to write formulas with.</summary>
internal static class BuilderMath
{
    public static Value Cast(this OnnxBuilder b, Value value, DataType type) =>
        value.Type == type ? value : b.Ops("Cast", [value], [type], Attr.From("to", (long)type))[0];

    /// <summary>A 0-d constant of the value's type.</summary>
    public static Value Like(this OnnxBuilder b, Value value, double number) => b.Constants.Number(value.Type, number);

    public static Value Const(this OnnxBuilder b, DataType type, double number) => b.Constants.Number(type, number);

    public static Value Add(this OnnxBuilder b, Value x, Value y) => b.Op("Add", x, y);

    public static Value Add(this OnnxBuilder b, Value x, double y) => b.Op("Add", x, b.Like(x, y));

    public static Value Sub(this OnnxBuilder b, Value x, Value y) => b.Op("Sub", x, y);

    public static Value Sub(this OnnxBuilder b, Value x, double y) => b.Op("Sub", x, b.Like(x, y));

    public static Value Sub(this OnnxBuilder b, double x, Value y) => b.Op("Sub", b.Like(y, x), y);

    public static Value Mul(this OnnxBuilder b, Value x, Value y) => b.Op("Mul", x, y);

    public static Value Mul(this OnnxBuilder b, Value x, double y) => b.Op("Mul", x, b.Like(x, y));

    public static Value Div(this OnnxBuilder b, Value x, Value y) => b.Op("Div", x, y);

    public static Value Div(this OnnxBuilder b, Value x, double y) => b.Op("Div", x, b.Like(x, y));

    public static Value Div(this OnnxBuilder b, double x, Value y) => b.Op("Div", b.Like(y, x), y);

    public static Value Max(this OnnxBuilder b, Value x, Value y) => b.Op("Max", x, y);

    public static Value Max(this OnnxBuilder b, Value x, double y) => b.Op("Max", x, b.Like(x, y));

    public static Value Min(this OnnxBuilder b, Value x, Value y) => b.Op("Min", x, y);

    public static Value Min(this OnnxBuilder b, Value x, double y) => b.Op("Min", x, b.Like(x, y));

    public static Value Pow(this OnnxBuilder b, Value x, double y) => b.Op("Pow", x, b.Like(x, y));

    public static Value Neg(this OnnxBuilder b, Value x) => b.Op("Neg", x);

    public static Value Abs(this OnnxBuilder b, Value x) => b.Op("Abs", x);

    public static Value Sqrt(this OnnxBuilder b, Value x) => b.Op("Sqrt", x);

    public static Value Exp(this OnnxBuilder b, Value x) => b.Op("Exp", x);

    public static Value Log(this OnnxBuilder b, Value x) => b.Op("Log", x);

    public static Value Sin(this OnnxBuilder b, Value x) => b.Op("Sin", x);

    public static Value Cos(this OnnxBuilder b, Value x) => b.Op("Cos", x);

    public static Value Floor(this OnnxBuilder b, Value x) => b.Op("Floor", x);

    public static Value Reciprocal(this OnnxBuilder b, Value x) => b.Op("Reciprocal", x);

    public static Value Square(this OnnxBuilder b, Value x) => b.Op("Mul", x, x);

    public static Value Not(this OnnxBuilder b, Value x) => b.Op("Not", x);

    public static Value And(this OnnxBuilder b, Value x, Value y) => b.Op("And", x, y);

    public static Value Or(this OnnxBuilder b, Value x, Value y) => b.Op("Or", x, y);

    public static Value Equal(this OnnxBuilder b, Value x, Value y) => b.Op("Equal", x, y);

    public static Value Equal(this OnnxBuilder b, Value x, double y) => b.Op("Equal", x, b.Like(x, y));

    public static Value Less(this OnnxBuilder b, Value x, Value y) => b.Op("Less", x, y);

    public static Value Less(this OnnxBuilder b, Value x, double y) => b.Op("Less", x, b.Like(x, y));

    public static Value Greater(this OnnxBuilder b, Value x, Value y) => b.Op("Greater", x, y);

    public static Value Greater(this OnnxBuilder b, Value x, double y) => b.Op("Greater", x, b.Like(x, y));

    public static Value Where(this OnnxBuilder b, Value condition, Value yes, Value no)
    {
        // Booleans select by logic: runtimes have no Where on them.
        return yes.Type == DataType.Bool
            ? b.Or(b.And(condition, yes), b.And(b.Not(condition), no))
            : b.Op("Where", condition, yes, no);
    }

    /// <summary>NaN where x is not a number; integers never are.</summary>
    public static Value IsNaN(this OnnxBuilder b, Value x) => x.Type.IsFloatingPoint() ? b.Op("IsNaN", x) : b.Not(b.Equal(x, x));

    /// <summary>Rounds toward zero.</summary>
    public static Value Truncate(this OnnxBuilder b, Value x) => b.Where(b.Less(x, 0), b.Op("Ceil", x), b.Floor(x));

    /// <summary>A polynomial by Horner's rule, the highest power first.</summary>
    public static Value Polynomial(this OnnxBuilder b, Value x, params ReadOnlySpan<double> coefficients)
    {
        var sum = b.Like(x, coefficients[0]);
        foreach (double coefficient in coefficients[1..])
        {
            sum = b.Add(b.Mul(sum, x), coefficient);
        }

        return sum;
    }
}
