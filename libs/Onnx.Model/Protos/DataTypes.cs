namespace Onnx.Model;

/// <summary>Facts about <see cref="DataType"/> values.</summary>
public static class DataTypes
{
    /// <summary>Bits of one element in <c>raw_data</c>; 0 for <see cref="DataType.String"/> and unknown types.</summary>
    public static int BitSize(this DataType type) => type switch
    {
        DataType.Complex128 => 128,
        DataType.Int64 or DataType.UInt64 or DataType.Double or DataType.Complex64 => 64,
        DataType.Float or DataType.Int32 or DataType.UInt32 => 32,
        DataType.Int16 or DataType.UInt16 or DataType.Float16 or DataType.BFloat16 => 16,
        DataType.Int8 or DataType.UInt8 or DataType.Bool or DataType.Float8E4M3FN or DataType.Float8E4M3FNUZ
            or DataType.Float8E5M2 or DataType.Float8E5M2FNUZ or DataType.Float8E8M0 => 8,
        DataType.UInt4 or DataType.Int4 or DataType.Float4E2M1 => 4,
        DataType.UInt2 or DataType.Int2 => 2,
        _ => 0,
    };

    /// <summary>
    /// Bytes that <paramref name="count"/> elements take in <c>raw_data</c>; sub-byte types are rounded up to whole bytes.
    /// </summary>
    /// <exception cref="OnnxFormatException">TENSOR_TOO_LARGE when the product does not fit 63 bits.</exception>
    public static long ByteSize(this DataType type, long count)
    {
        try
        {
            long bits = checked(count * type.BitSize());
            return (bits / 8) + (bits % 8 == 0 ? 0 : 1);
        }
        catch (OverflowException)
        {
            throw new OnnxFormatException(OnnxFormatError.TensorTooLarge, $"{count} elements of {type} do not fit an address space");
        }
    }

    /// <summary>True for float, float16, bfloat16, double and the 8- and 4-bit floats.</summary>
    public static bool IsFloatingPoint(this DataType type) => type is DataType.Float or DataType.Float16 or DataType.BFloat16
        or DataType.Double or DataType.Float8E4M3FN or DataType.Float8E4M3FNUZ or DataType.Float8E5M2
        or DataType.Float8E5M2FNUZ or DataType.Float4E2M1 or DataType.Float8E8M0;

    /// <summary>True for the signed and unsigned integers of 2 to 64 bits; bool is not one of them.</summary>
    public static bool IsInteger(this DataType type) => type is DataType.Int8 or DataType.UInt8 or DataType.Int16 or DataType.UInt16
        or DataType.Int32 or DataType.UInt32 or DataType.Int64 or DataType.UInt64
        or DataType.Int4 or DataType.UInt4 or DataType.Int2 or DataType.UInt2;

    /// <summary>The name that option strings, input specs and numpy use (<c>float32</c>, <c>int64</c>, <c>bool</c> ...).</summary>
    public static string ToNumpyName(this DataType type) => type switch
    {
        DataType.Float => "float32",
        DataType.Double => "float64",
        _ => type.ToString().ToLowerInvariant(),
    };

    /// <summary>The inverse of <see cref="ToNumpyName"/>; false when the name is none of them.</summary>
    public static bool TryParseNumpyName(string name, out DataType type)
    {
        foreach (var candidate in Enum.GetValues<DataType>())
        {
            if (candidate != DataType.Undefined && candidate.ToNumpyName() == name)
            {
                type = candidate;
                return true;
            }
        }

        type = DataType.Undefined;
        return false;
    }
}
