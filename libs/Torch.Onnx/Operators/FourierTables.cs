using Onnx.Model;
using Torch.Onnx.Emission;

namespace Torch.Onnx.Operators;

/// <summary>Constant matrices of Fourier transforms.</summary>
internal static class FourierTables
{
    /// <summary>
    /// The matrix [rows, columns] of cosines or sines of 2 pi row column / length, times a scale; the kinds for real results
    /// count the rows that stand for their mirror images twice.
    /// </summary>
    public static Value Matrix(OnnxBuilder b, DataType type, string kind, long length, long rows, long columns, double scale)
    {
        ConstantPool.CheckCount(checked(rows * columns));
        bool isSine = kind.StartsWith("sin", StringComparison.Ordinal);
        bool isOneSided = kind.EndsWith("real", StringComparison.Ordinal);
        double[] values = new double[rows * columns];
        for (long row = 0; row < rows; row++)
        {
            double weight = isOneSided ? scale * Weight(row, length) : scale;
            for (long column = 0; column < columns; column++)
            {
                values[(row * columns) + column] = weight * Wave(isSine, row * column, length);
            }
        }

        return b.Constants.Numbers(type, [rows, columns], values);
    }

    /// <summary>Cosines or sines [n1, n2] of 2 pi row column / (n1 n2).</summary>
    public static Value Turn(OnnxBuilder b, DataType type, long n1, long n2, bool isSine)
    {
        double[] values = new double[n1 * n2];
        for (long i = 0; i < values.Length; i++)
        {
            values[i] = Wave(isSine, (i / n2) * (i % n2), n1 * n2);
        }

        return b.Constants.Numbers(type, [n1, n2], values);
    }

    /// <summary>How often a row of a one-sided spectrum counts: all but the first and, of an even length, the last have a mirror image.</summary>
    public static double Weight(long row, long length) => row == 0 || row * 2 == length ? 1 : 2;

    /// <summary>Cosine or sine of 2 pi phase / length, exact for whole turns.</summary>
    public static double Wave(bool isSine, long phase, long length)
    {
        double angle = 2 * Math.PI * (phase % length) / length;
        return isSine ? Math.Sin(angle) : Math.Cos(angle);
    }
}
