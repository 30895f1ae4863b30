using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Onnx.Model.Analysis;

/// <summary>Builds constants from wide elements; integers wrap around as the target type's two's complement does.</summary>
public static class TensorWriting
{
    /// <summary>A tensor of the given type from 64-bit integers.</summary>
    public static TensorProto FromInt64s(DataType type, long[] dims, ReadOnlySpan<long> values, string name = "")
    {
        byte[] bytes = new byte[type.ByteSize(values.Length)];
        if (type == DataType.Int64)
        {
            MemoryMarshal.AsBytes(values).CopyTo(bytes);
        }
        else
        {
            for (int i = 0; i < values.Length; i++)
            {
                Put(type, bytes, i, values[i]);
            }
        }

        return new TensorProto { Name = name, DataType = type, Dims = dims, Data = TensorData.From(bytes) };
    }

    /// <summary>A tensor of the given floating type from doubles, each rounded once to nearest even.</summary>
    public static TensorProto FromDoubles(DataType type, long[] dims, ReadOnlySpan<double> values, string name = "")
    {
        byte[] bytes = new byte[type.ByteSize(values.Length)];
        for (int i = 0; i < values.Length; i++)
        {
            Put(type, bytes, i, values[i]);
        }

        return new TensorProto { Name = name, DataType = type, Dims = dims, Data = TensorData.From(bytes) };
    }

    /// <summary>An int64 vector, or a scalar when <paramref name="scalar"/> is set.</summary>
    public static TensorProto Int64s(string name, ReadOnlySpan<long> values, bool scalar = false) =>
        FromInt64s(DataType.Int64, scalar ? [] : [values.Length], values, name);

    internal static void Put(DataType type, Span<byte> bytes, int i, double value)
    {
        switch (type)
        {
            case DataType.Float: BinaryPrimitives.WriteSingleLittleEndian(bytes[(i * 4)..], (float)value); break;
            case DataType.Double: BinaryPrimitives.WriteDoubleLittleEndian(bytes[(i * 8)..], value); break;
            case DataType.Float16: BinaryPrimitives.WriteHalfLittleEndian(bytes[(i * 2)..], (Half)value); break;
            case DataType.BFloat16: BinaryPrimitives.WriteUInt16LittleEndian(bytes[(i * 2)..], ToBFloat16((float)value)); break;
            default: throw new OnnxGraphException(GraphError.InvalidNode, $"{type} constants cannot be computed");
        }
    }

    internal static void Put(DataType type, Span<byte> bytes, int i, long value)
    {
        switch (type)
        {
            case DataType.Int64 or DataType.UInt64: BinaryPrimitives.WriteInt64LittleEndian(bytes[(i * 8)..], value); break;
            case DataType.Int32 or DataType.UInt32: BinaryPrimitives.WriteInt32LittleEndian(bytes[(i * 4)..], unchecked((int)value)); break;
            case DataType.Int16 or DataType.UInt16: BinaryPrimitives.WriteInt16LittleEndian(bytes[(i * 2)..], unchecked((short)value)); break;
            case DataType.Int8 or DataType.UInt8: bytes[i] = unchecked((byte)value); break;
            case DataType.Bool: bytes[i] = value != 0 ? (byte)1 : (byte)0; break;
            case DataType.Int4 or DataType.UInt4: bytes[i / 2] |= (byte)((value & 15) << (4 * (i % 2))); break;
            case DataType.Int2 or DataType.UInt2: bytes[i / 4] |= (byte)((value & 3) << (2 * (i % 4))); break;
            default: Put(type, bytes, i, (double)value); break;
        }
    }

    private static ushort ToBFloat16(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        if (float.IsNaN(value))
        {
            return (ushort)((bits >> 16) | 0x40);
        }

        uint rounding = 0x7FFF + ((bits >> 16) & 1);
        return (ushort)((bits + rounding) >> 16);
    }
}
