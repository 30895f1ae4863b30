using Torch.Onnx.Emission;
using Torch.Onnx.Lowering;

namespace Torch.Onnx.Operators;

/// <summary>
/// One discrete Fourier transform along one axis, as products with constant matrices of cosines and sines, which every
/// runtime has. A long one whose length has two factors is made of two short ones; only what is left becomes the operator DFT.
/// </summary>
/// <param name="b">Where nodes go.</param>
/// <param name="rank">Rank of the tensor; the pair of a complex one does not count.</param>
/// <param name="axis">The axis.</param>
/// <param name="length">Elements along it; of the real side where a spectrum is one-sided.</param>
internal sealed class FourierTransform(OnnxBuilder b, int rank, int axis, long length)
{
    private const long LongestMatrix = 512;
    private const int AxisIsInput = 20;

    private bool IsShort => length <= LongestMatrix;

    private long Half => (length / 2) + 1;

    /// <summary>Pairs to pairs.</summary>
    public Value OfComplex(Value pairs, bool isInverse, double scale)
    {
        if (!IsShort)
        {
            return Factor(length) is { } factor ? OfFactors(pairs, factor, isInverse, scale) : Operator(pairs, isInverse, scale);
        }

        var (real, imaginary) = Split(pairs);
        var cosines = Matrix(real, "cos", length, length, scale);
        var sines = Matrix(real, "sin", length, length, isInverse ? -scale : scale);
        return Join(
            b.Add(Product(real, cosines), Product(imaginary, sines)),
            b.Sub(Product(imaginary, cosines), Product(real, sines)));
    }

    /// <summary>Reals to pairs: the whole spectrum or its first half.</summary>
    public Value OfReal(Value x, bool isOneSided, double scale)
    {
        if (!IsShort)
        {
            var spectrum = OfComplex(ComplexMath.Join(b, x, b.Mul(x, 0), rank), false, scale);
            return isOneSided ? b.Slice(spectrum, axis, 0, Half) : spectrum;
        }

        long count = isOneSided ? Half : length;
        var last = Last(x);
        return Join(Product(last, Matrix(x, "cos", length, count, scale)), Product(last, Matrix(x, "sin", length, count, -scale)));
    }

    /// <summary>The first half of a spectrum, in pairs, to reals: the inverse transform.</summary>
    public Value ToReal(Value pairs, double scale)
    {
        if (!IsShort)
        {
            // The other half is this one's mirror image.
            var mirrored = ComplexMath.Conjugate(b, b.Flip(b.Slice(pairs, axis, 1, length - Half + 1), axis));
            return b.Select(OfComplex(b.Concat(axis, pairs, mirrored), true, scale), rank, 0);
        }

        var (real, imaginary) = Split(pairs);
        var sum = b.Add(Product(real, Matrix(real, "cos real", Half, length, scale)), Product(imaginary, Matrix(real, "sin real", Half, length, -scale)));
        return b.Swap(sum, rank, axis, rank - 1);
    }

    // The factor nearest to the square root, if both it and its partner are short.
    private static long? Factor(long length)
    {
        for (long factor = (long)Math.Sqrt(length); factor > 1; factor--)
        {
            if (length % factor == 0)
            {
                return length / factor <= LongestMatrix ? factor : null;
            }
        }

        return null;
    }

    // Cooley and Tukey: element j1 * n2 + j2 of the signal becomes a matrix [n1, n2]; columns are transformed, turned by
    // the angle between the two, and rows are transformed; k1 + n1 * k2 is the result's order.
    private Value OfFactors(Value pairs, long n1, bool isInverse, double scale)
    {
        long n2 = length / n1;
        var matrix = b.Reshape(Moved(pairs), [.. Enumerable.Repeat(0L, rank - 1), n1, n2, 2]);
        var columns = new FourierTransform(b, rank + 1, rank - 1, n1).OfComplex(matrix, isInverse, scale);
        var turned = Turn(columns, n1, n2, isInverse);
        var rows = new FourierTransform(b, rank + 1, rank, n2).OfComplex(turned, isInverse, 1);
        var ordered = b.Swap(rows, rank + 2, rank - 1, rank);
        return Moved(b.Reshape(ordered, [.. Enumerable.Repeat(0L, rank - 1), length, 2]));
    }

    private Value Turn(Value pairs, long n1, long n2, bool isInverse)
    {
        var (real, imaginary) = ComplexMath.Split(b, pairs, rank + 1);
        var cosines = b.Constants.Table($"turn cos {real.Type} {n1} {n2}", () => FourierTables.Turn(b, real.Type, n1, n2, false));
        var sines = b.Constants.Table($"turn sin {real.Type} {n1} {n2}", () => FourierTables.Turn(b, real.Type, n1, n2, true));
        var (p, q) = (b.Mul(real, cosines), b.Mul(imaginary, sines));
        var (r, s) = (b.Mul(imaginary, cosines), b.Mul(real, sines));
        return isInverse
            ? ComplexMath.Join(b, b.Sub(p, q), b.Add(r, s), rank + 1)
            : ComplexMath.Join(b, b.Add(p, q), b.Sub(r, s), rank + 1);
    }

    // The axis and the last one before the pair change places.
    private Value Moved(Value pairs) => b.Swap(pairs, rank + 1, axis, rank - 1);

    private (Value Real, Value Imaginary) Split(Value pairs)
    {
        var (real, imaginary) = ComplexMath.Split(b, pairs, rank);
        return (Last(real), Last(imaginary));
    }

    private Value Last(Value x) => b.Swap(x, rank, axis, rank - 1);

    private Value Product(Value x, Value matrix) => b.Op("MatMul", x, matrix);

    private Value Join(Value real, Value imaginary) =>
        ComplexMath.Join(b, b.Swap(real, rank, axis, rank - 1), b.Swap(imaginary, rank, axis, rank - 1), rank);

    private Value Matrix(Value x, string kind, long rows, long columns, double scale) =>
        b.Constants.Table($"dft {kind} {x.Type} {length} {rows} {columns} {scale:R}", () => FourierTables.Matrix(b, x.Type, kind, length, rows, columns, scale));

    private Value Operator(Value pairs, bool isInverse, double scale)
    {
        // Runtimes ask for a batch before the signal, and divide the inverse by its length.
        var signal = b.Unsqueeze(Moved(pairs), 0);
        var inverse = Attr.From("inverse", isInverse ? 1 : 0);
        var spectrum = b.Opset >= AxisIsInput
            ? b.Op("DFT", [signal, null, b.Const(global::Onnx.Model.DataType.Int64, rank)], inverse)
            : b.Op("DFT", [signal], inverse, Attr.From("axis", rank));
        double factor = isInverse ? scale * length : scale;
        var result = Moved(b.Squeeze(spectrum, 0));
        return factor == 1 ? result : b.Mul(result, factor);
    }
}
