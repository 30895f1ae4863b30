using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Onnx.Model.Analysis;

/// <summary>Reads the elements of constants in one of two wide types: 64-bit integers and doubles.</summary>
public static class TensorReading
{
    /// <summary>All elements of an integer or boolean tensor; floats are truncated towards zero, NaN is 0.</summary>
    public static long[] Int64s(TensorProto tensor)
    {
        var result = new long[tensor.ElementCount];
        if (tensor.DataType == DataType.Int64)
        {
            MemoryMarshal.Cast<byte, long>(tensor.Data.AsSpan()).CopyTo(result);
            return result;
        }

        Int64s(tensor.DataType, tensor.Data.AsSpan(), 0, result);
        return result;
    }

    /// <summary>All elements as doubles.</summary>
    public static double[] Doubles(TensorProto tensor)
    {
        var result = new double[tensor.ElementCount];
        Doubles(tensor.DataType, tensor.Data.AsSpan(), 0, result);
        return result;
    }

    /// <summary>All elements as float32.</summary>
    public static float[] Floats(TensorProto tensor) =>
        tensor.DataType == DataType.Float ? MemoryMarshal.Cast<byte, float>(tensor.Data.AsSpan()).ToArray() : Array.ConvertAll(Doubles(tensor), value => (float)value);

    internal static void Int64s(DataType type, ReadOnlySpan<byte> data, int start, Span<long> result)
    {
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = type.IsFloatingPoint() ? Saturate(DoubleAt(type, data, start + i)) : Int64At(type, data, start + i);
        }
    }

    internal static void Doubles(DataType type, ReadOnlySpan<byte> data, int start, Span<double> result)
    {
        if (type == DataType.Float)
        {
            var floats = MemoryMarshal.Cast<byte, float>(data).Slice(start, result.Length);
            for (int i = 0; i < result.Length; i++)
            {
                result[i] = floats[i];
            }

            return;
        }

        for (int i = 0; i < result.Length; i++)
        {
            result[i] = type.IsFloatingPoint() ? DoubleAt(type, data, start + i)
                : type == DataType.UInt64 ? (ulong)Int64At(type, data, start + i) : Int64At(type, data, start + i);
        }
    }

    internal static long Int64At(DataType type, ReadOnlySpan<byte> data, int i) => type switch
    {
        DataType.Int64 or DataType.UInt64 => BinaryPrimitives.ReadInt64LittleEndian(data[(i * 8)..]),
        DataType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(data[(i * 4)..]),
        DataType.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(data[(i * 4)..]),
        DataType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(data[(i * 2)..]),
        DataType.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(data[(i * 2)..]),
        DataType.Int8 => (sbyte)data[i],
        DataType.UInt8 => data[i],
        DataType.Bool => data[i] == 0 ? 0 : 1,
        DataType.Int4 => (sbyte)(Nibble(data, i) << 4) >> 4,
        DataType.UInt4 => Nibble(data, i),
        DataType.Int2 => (sbyte)(Crumb(data, i) << 6) >> 6,
        DataType.UInt2 => Crumb(data, i),
        _ => throw new OnnxGraphException(GraphError.InvalidNode, $"{type} elements cannot be read as integers"),
    };

    internal static double DoubleAt(DataType type, ReadOnlySpan<byte> data, int i) => type switch
    {
        DataType.Float => BinaryPrimitives.ReadSingleLittleEndian(data[(i * 4)..]),
        DataType.Double => BinaryPrimitives.ReadDoubleLittleEndian(data[(i * 8)..]),
        DataType.Float16 => (double)BinaryPrimitives.ReadHalfLittleEndian(data[(i * 2)..]),
        DataType.BFloat16 => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(data[(i * 2)..]) << 16),
        _ => throw new OnnxGraphException(GraphError.InvalidNode, $"{type} elements cannot be read as numbers"),
    };

    private static long Saturate(double value) =>
        double.IsNaN(value) ? 0 : value >= long.MaxValue ? long.MaxValue : value <= long.MinValue ? long.MinValue : (long)value;

    private static byte Nibble(ReadOnlySpan<byte> data, int i) => (byte)(i % 2 == 0 ? data[i / 2] & 15 : data[i / 2] >> 4);

    private static byte Crumb(ReadOnlySpan<byte> data, int i) => (byte)((data[i / 4] >> (2 * (i % 4))) & 3);
}
