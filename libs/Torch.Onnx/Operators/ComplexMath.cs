using Torch.Onnx.Emission;
using Torch.Onnx.Lowering;

namespace Torch.Onnx.Operators;

/// <summary>Arithmetic on complex tensors, which are pairs of reals in a last dimension of size 2.</summary>
internal static class ComplexMath
{
    /// <summary>The parts of a complex value of the given rank (the pair's dimension not counted).</summary>
    public static (Value Real, Value Imaginary) Split(OnnxBuilder b, Value pairs, int rank) => (b.Select(pairs, rank, 0), b.Select(pairs, rank, 1));

    public static (Value Real, Value Imaginary) Split(OnnxBuilder b, Tensor z) => Split(b, z.Value, z.Rank);

    /// <summary>A complex value of the given rank from its parts.</summary>
    public static Value Join(OnnxBuilder b, Value real, Value imaginary, int rank) => b.Concat(rank, b.Unsqueeze(real, rank), b.Unsqueeze(imaginary, rank));

    /// <summary>The same pairs with the second of each negated.</summary>
    public static Value Conjugate(OnnxBuilder b, Value pairs) => b.Mul(pairs, b.Constants.Numbers(pairs.Type, [2], [1, -1]));

    public static Value Magnitude(OnnxBuilder b, Tensor z)
    {
        var (real, imaginary) = Split(b, z);
        return b.Sqrt(b.Add(b.Square(real), b.Square(imaginary)));
    }

    public static Value Multiply(OnnxBuilder b, Tensor x, Tensor y)
    {
        var (p, q) = Split(b, x);
        var (r, s) = Split(b, y);
        return Join(b, b.Sub(b.Mul(p, r), b.Mul(q, s)), b.Add(b.Mul(p, s), b.Mul(q, r)), Math.Max(x.Rank, y.Rank));
    }

    public static Value Reciprocal(OnnxBuilder b, Tensor z)
    {
        var (real, imaginary) = Split(b, z);
        var norm = b.Add(b.Square(real), b.Square(imaginary));
        return Join(b, b.Div(real, norm), b.Neg(b.Div(imaginary, norm)), z.Rank);
    }

    public static Value Exponential(OnnxBuilder b, Tensor z)
    {
        var (real, imaginary) = Split(b, z);
        var scale = b.Exp(real);
        return Join(b, b.Mul(scale, b.Cos(imaginary)), b.Mul(scale, b.Sin(imaginary)), z.Rank);
    }

    public static Value Logarithm(OnnxBuilder b, Tensor z)
    {
        var (real, imaginary) = Split(b, z);
        return Join(b, b.Log(Magnitude(b, z)), SpecialFunctions.Atan2(b, imaginary, real), z.Rank);
    }

    /// <summary>The square root with a real part of at least 0.</summary>
    public static Value Root(OnnxBuilder b, Tensor z)
    {
        var (real, imaginary) = Split(b, z);
        var magnitude = Magnitude(b, z);
        var up = b.Sqrt(b.Mul(b.Add(magnitude, real), 0.5));
        var across = b.Sqrt(b.Mul(b.Max(b.Sub(magnitude, real), 0), 0.5));
        return Join(b, up, b.Where(b.Less(imaginary, 0), b.Neg(across), across), z.Rank);
    }

    public static Value Sign(OnnxBuilder b, Tensor z)
    {
        var magnitude = b.Unsqueeze(Magnitude(b, z), z.Rank);
        var isZero = b.Equal(magnitude, 0);
        return b.Where(isZero, b.Like(z.Value, 0), b.Div(z.Value, b.Where(isZero, b.Like(magnitude, 1), magnitude)));
    }
}
