using Torch.Onnx.Emission;

namespace Torch.Onnx.Operators;

/// <summary>
/// One discrete Fourier transform along one axis. Short ones are products with constant matrices of cosines and sines,
/// which every runtime has; long ones are the operator DFT.
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
            return Operator(pairs, isInverse, false, isInverse ? scale * length : scale);
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
            return Operator(b.Unsqueeze(x, rank), false, isOneSided, scale);
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
            return b.Select(Operator(b.Concat(axis, pairs, mirrored), true, false, scale * length), rank, 0);
        }

        var (real, imaginary) = Split(pairs);
        var sum = b.Add(Product(real, Matrix(real, "cos real", Half, length, scale)), Product(imaginary, Matrix(real, "sin real", Half, length, -scale)));
        return b.Swap(sum, rank, axis, rank - 1);
    }

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

    private Value Operator(Value pairs, bool isInverse, bool isOneSided, double scale)
    {
        // Runtimes ask for a batch before the signal.
        long[] order = BuilderShapes.Order(rank + 1);
        (order[axis], order[rank - 1]) = (order[rank - 1], order[axis]);
        var signal = b.Unsqueeze(b.Transpose(pairs, order), 0);
        var inverse = Attr.From("inverse", isInverse ? 1 : 0);
        var oneSided = Attr.From("onesided", isOneSided ? 1 : 0);
        var spectrum = b.Opset >= AxisIsInput
            ? b.Op("DFT", [signal, null, b.Const(global::Onnx.Model.DataType.Int64, rank)], inverse, oneSided)
            : b.Op("DFT", [signal], inverse, oneSided, Attr.From("axis", rank));
        var result = b.Transpose(b.Squeeze(spectrum, 0), order);
        return scale == 1 ? result : b.Mul(result, scale);
    }
}
