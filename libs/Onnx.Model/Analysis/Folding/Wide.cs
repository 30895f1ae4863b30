namespace Onnx.Model.Analysis.Folding;

/// <summary>Elements of a constant in a wide type, and back: what all arithmetic kernels compute in.</summary>
internal static class Wide
{
    public static long? Max(long a, long b) => Math.Max(a, b);

    public static long? Min(long a, long b) => Math.Min(a, b);

    /// <summary>Whether a type is computed in doubles; all others in 64-bit integers.</summary>
    public static bool IsDouble(DataType type) => type.IsFloatingPoint();

    /// <summary>Types whose elements these kernels can read and write.</summary>
    public static bool Supports(DataType type) => type is DataType.Float or DataType.Double or DataType.Float16 or DataType.BFloat16 or DataType.Bool
        || (type.IsInteger() && type.BitSize() >= 8);

    /// <summary>The positions that each output element reads from an operand that broadcasts to the output.</summary>
    public static int[] Positions(long[] operand, long[] output)
    {
        long count = output.Aggregate(1L, (product, dim) => product * dim);
        var positions = new int[count];
        long[] own = StridedView.RowMajor(operand);
        var strides = new long[output.Length];
        for (int i = 1; i <= operand.Length; i++)
        {
            strides[^i] = operand[^i] == 1 ? 0 : own[^i];
        }

        var all = new int[Math.Max(operand.Aggregate(1L, (product, dim) => product * dim), 1)];
        for (int i = 0; i < all.Length; i++)
        {
            all[i] = i;
        }

        new StridedView(output, strides, 0).Copy<int>(all, positions);
        return positions;
    }

    public static long[] Dims(ValueFact fact) => Array.ConvertAll(fact.Shape!, dim => dim.Value);
}
