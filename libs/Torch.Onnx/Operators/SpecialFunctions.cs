using Onnx.Model;
using Torch.Onnx.Emission;

namespace Torch.Onnx.Operators;

/// <summary>Functions that ONNX lacks, by formulas accurate to the type they are given in.</summary>
internal static class SpecialFunctions
{
    // Lanczos' approximation of the gamma function, g = 7, n = 9.
    private static readonly double[] s_lanczos =
    [
        0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
        -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
    ];

    /// <summary>The angle of a point, from -pi to pi.</summary>
    public static Value Atan2(OnnxBuilder b, Value y, Value x)
    {
        var isOrigin = b.And(b.Equal(x, 0), b.Equal(y, 0));
        var atan = b.Op("Atan", b.Div(y, b.Where(isOrigin, b.Like(x, 1), x)));
        var half = b.Where(IsNegative(b, y), b.Like(y, -Math.PI), b.Like(y, Math.PI));
        var angle = b.Where(IsNegative(b, x), b.Add(atan, half), atan);
        return AtInfinity(b, y, x, angle);
    }

    /// <summary>M. Giles, "Approximating the erfinv function" (GPU Computing Gems 2): relative error below 1e-6.</summary>
    public static Value InverseErf(OnnxBuilder b, Value x)
    {
        var w = b.Neg(b.Log(b.Mul(b.Sub(1, x), b.Add(x, 1))));
        var small = b.Polynomial(
            b.Sub(w, 2.5), 2.81022636e-08, 3.43273939e-07, -3.5233877e-06, -4.39150654e-06, 0.00021858087, -0.00125372503, -0.00417768164, 0.246640727, 1.50140941);
        var large = b.Polynomial(
            b.Sub(b.Sqrt(w), 3), -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613, 0.00943887047, 1.00167406, 2.83297682);
        var inside = b.Mul(x, b.Where(b.Less(w, 5), small, large));
        return b.Where(b.Equal(b.Abs(x), 1), b.Mul(x, double.PositiveInfinity), inside);
    }

    /// <summary>The logarithm of the gamma function's magnitude.</summary>
    public static Value LogGamma(OnnxBuilder b, Value argument)
    {
        var x = b.Cast(argument, DataType.Double);
        var isLeft = b.Less(x, 0.5);
        var right = b.Where(isLeft, b.Sub(1, x), x);
        var shifted = b.Sub(right, 1);
        var sum = b.Like(x, s_lanczos[0]);
        for (int i = 1; i < s_lanczos.Length; i++)
        {
            sum = b.Add(sum, b.Div(s_lanczos[i], b.Add(shifted, i)));
        }

        var t = b.Add(shifted, 7.5);
        var positive = b.Add(b.Sub(b.Mul(b.Add(shifted, 0.5), b.Log(t)), t), b.Add(b.Log(sum), 0.5 * Math.Log(2 * Math.PI)));
        // Reflection: gamma(x) gamma(1 - x) = pi / sin(pi x); sin has its zeros exactly only on reduced arguments.
        var reduced = b.Sub(x, b.Op("Round", x));
        var reflected = b.Sub(b.Sub(Math.Log(Math.PI), b.Log(b.Abs(b.Sin(b.Mul(reduced, Math.PI))))), positive);
        var value = b.Where(isLeft, reflected, positive);
        var isInfinite = b.Op("IsInf", x);
        return b.Cast(b.Where(isInfinite, b.Like(x, double.PositiveInfinity), value), argument.Type);
    }

    /// <summary>The derivative of the logarithm of the gamma function.</summary>
    public static Value Digamma(OnnxBuilder b, Value argument)
    {
        var x = b.Cast(argument, DataType.Double);
        var isLeft = b.Less(x, 0);
        var right = b.Where(isLeft, b.Sub(1, x), x);
        var (y, sum) = Shift(b, right, 1);
        var inverse = b.Reciprocal(b.Square(y));
        var series = b.Mul(b.Polynomial(inverse, -1.0 / 12, 691.0 / 32760, -1.0 / 132, 1.0 / 240, -1.0 / 252, 1.0 / 120, -1.0 / 12), inverse);
        var positive = b.Sub(b.Add(b.Sub(b.Log(y), b.Div(0.5, y)), series), sum);
        var (sine, cosine) = HalfTurns(b, x);
        var reflected = b.Sub(positive, b.Div(b.Mul(cosine, Math.PI), sine));
        var isPole = b.And(isLeft, b.Equal(x, b.Floor(x)));
        var value = b.Where(isLeft, b.Where(isPole, b.Like(x, double.NaN), reflected), positive);
        return b.Cast(value, argument.Type);
    }

    /// <summary>The second derivative of the logarithm of the gamma function.</summary>
    public static Value Trigamma(OnnxBuilder b, Value argument)
    {
        var x = b.Cast(argument, DataType.Double);
        var isLeft = b.Less(x, 0.5);
        var right = b.Where(isLeft, b.Sub(1, x), x);
        var (y, sum) = Shift(b, right, 2);
        var inverse = b.Reciprocal(b.Square(y));
        var series = b.Polynomial(inverse, 7.0 / 6, -691.0 / 2730, 5.0 / 66, -1.0 / 30, 1.0 / 42, -1.0 / 30, 1.0 / 6, 1);
        var positive = b.Add(b.Add(b.Mul(b.Reciprocal(y), series), b.Mul(inverse, 0.5)), sum);
        var sine = HalfTurns(b, x).Sine;
        var reflected = b.Sub(b.Div(Math.PI * Math.PI, b.Square(sine)), positive);
        return b.Cast(b.Where(isLeft, reflected, positive), argument.Type);
    }

    // Both series converge from 8 on: gamma's recurrence leads there.
    private static (Value Argument, Value Sum) Shift(OnnxBuilder b, Value x, int power)
    {
        var sum = b.Like(x, 0);
        for (int i = 0; i < 8; i++)
        {
            var term = b.Reciprocal(b.Add(x, i));
            sum = b.Add(sum, power == 1 ? term : b.Square(term));
        }

        return (b.Add(x, 8), sum);
    }

    private static (Value Sine, Value Cosine) HalfTurns(OnnxBuilder b, Value x)
    {
        var reduced = b.Mul(b.Sub(x, b.Floor(x)), Math.PI);
        return (b.Sin(reduced), b.Cos(reduced));
    }

    // -0.0 counts as negative here, as it does in atan2.
    private static Value IsNegative(OnnxBuilder b, Value x) => b.Or(b.Less(x, 0), b.And(b.Equal(x, 0), b.Less(b.Reciprocal(x), 0)));

    private static Value AtInfinity(OnnxBuilder b, Value y, Value x, Value angle)
    {
        var both = b.And(b.Op("IsInf", x), b.Op("IsInf", y));
        var corner = b.Mul(b.Op("Sign", y), b.Where(b.Less(x, 0), b.Like(x, 0.75 * Math.PI), b.Like(x, 0.25 * Math.PI)));
        return b.Where(both, corner, angle);
    }
}
