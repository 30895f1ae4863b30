using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Onnx.Model;

namespace Torch.Onnx.Emission;

/// <summary>Constants that the importer makes: each small one once, and not more of them than the limits allow.</summary>
internal sealed class ConstantPool
{
    private const int LargestShared = 256;

    private readonly Dictionary<string, Value> _shared = new(StringComparer.Ordinal);
    private readonly Dictionary<(DataType Type, ulong Bits), Value> _scalars = [];
    private long _bytes;

    /// <summary>A 0-d integer of any type; bool for 0 and 1.</summary>
    public Value Integer(DataType type, long value) => Scalar(type, Literals.Encode(type, value));

    /// <summary>A 0-d number of any type.</summary>
    public Value Number(DataType type, double value) => Scalar(type, Literals.Encode(type, value));

    /// <summary>A 1-D int64 tensor.</summary>
    public Value Integers(params ReadOnlySpan<long> values) => Make(DataType.Int64, [values.Length], MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>A tensor of any numeric type, its elements given as doubles.</summary>
    public Value Numbers(DataType type, long[] sizes, ReadOnlySpan<double> values)
    {
        Reserve(values.Length, type.ByteSize(values.Length));
        byte[] bytes = new byte[type.ByteSize(values.Length)];
        int size = type.BitSize() / 8;
        for (int i = 0; i < values.Length; i++)
        {
            Literals.Encode(type, values[i]).CopyTo(bytes.AsSpan(i * size));
        }

        return Make(type, sizes, bytes);
    }

    /// <summary>A tensor of int64.</summary>
    public Value Integers(long[] sizes, ReadOnlySpan<long> values)
    {
        Reserve(values.Length, values.Length * sizeof(long));
        return Make(DataType.Int64, sizes, MemoryMarshal.AsBytes(values).ToArray());
    }

    /// <summary>A table that several nodes may need, made once.</summary>
    /// <param name="key">What tells it from other tables.</param>
    /// <param name="make">Makes it.</param>
    public Value Table(string key, Func<Value> make)
    {
        if (!_shared.TryGetValue(key, out var table))
        {
            table = make();
            _shared.Add(key, table);
        }

        return table;
    }

    /// <summary>Refuses a table that is too large before anything is allocated for it.</summary>
    public static void CheckCount(long count)
    {
        if (count is < 0 or > ImportLimits.SyntheticElements)
        {
            throw new Lowering.LoweringException(
                BlockerReason.TooLarge, $"it needs a table of {count} elements, more than the {ImportLimits.SyntheticElements} that are made", "Use smaller sizes, or another operator.");
        }
    }

    private void Reserve(long count, long bytes)
    {
        CheckCount(count);
        _bytes += bytes;
        if (_bytes > ImportLimits.SyntheticBytes)
        {
            throw new ExportedProgramException(ExportedProgramError.ProgramTooLarge, $"the program needs more than {ImportLimits.SyntheticBytes} bytes of index tables");
        }
    }

    private Value Scalar(DataType type, byte[] bytes)
    {
        Span<byte> bits = stackalloc byte[sizeof(ulong)];
        bits.Clear();
        bytes.CopyTo(bits);
        var key = (type, BinaryPrimitives.ReadUInt64LittleEndian(bits));
        if (!_scalars.TryGetValue(key, out var value))
        {
            value = new Value(type) { Content = ConstantTensor.From(type, [], bytes) };
            _scalars.Add(key, value);
        }

        return value;
    }

    private Value Make(DataType type, long[] sizes, byte[] bytes)
    {
        if (bytes.Length > LargestShared)
        {
            return new Value(type) { Content = ConstantTensor.From(type, sizes, bytes) };
        }

        string key = $"{type}[{string.Join(',', sizes)}]{Convert.ToHexString(bytes)}";
        if (!_shared.TryGetValue(key, out var value))
        {
            value = new Value(type) { Content = ConstantTensor.From(type, sizes, bytes) };
            _shared.Add(key, value);
        }

        return value;
    }
}

/// <summary>Numbers as little-endian elements.</summary>
internal static class Literals
{
    public static byte[] Encode(DataType type, long value) => type switch
    {
        DataType.Float or DataType.Double or DataType.Float16 or DataType.BFloat16 => Encode(type, (double)value),
        DataType.Bool => [value != 0 ? (byte)1 : (byte)0],
        DataType.Int8 or DataType.UInt8 => [unchecked((byte)value)],
        DataType.Int16 or DataType.UInt16 => Bytes(unchecked((ushort)value)),
        DataType.Int32 or DataType.UInt32 => Bytes(unchecked((uint)value)),
        DataType.Int64 or DataType.UInt64 => Bytes(unchecked((ulong)value)),
        _ => throw Unknown(type),
    };

    public static byte[] Encode(DataType type, double value) => type switch
    {
        DataType.Float => Bytes(BitConverter.SingleToUInt32Bits((float)value)),
        DataType.Double => Bytes(BitConverter.DoubleToUInt64Bits(value)),
        DataType.Float16 => Bytes(BitConverter.HalfToUInt16Bits((Half)value)),
        DataType.Bool => [value != 0 ? (byte)1 : (byte)0],
        DataType.UInt64 => Bytes((ulong)value),
        DataType.Int8 or DataType.UInt8 or DataType.Int16 or DataType.UInt16 or DataType.Int32 or DataType.UInt32 or DataType.Int64 => Encode(type, (long)value),
        _ => throw Unknown(type),
    };

    private static byte[] Bytes(ushort value)
    {
        byte[] bytes = new byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
        return bytes;
    }

    private static byte[] Bytes(uint value)
    {
        byte[] bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }

    private static byte[] Bytes(ulong value)
    {
        byte[] bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return bytes;
    }

    private static Lowering.LoweringException Unknown(DataType type) =>
        new(BlockerReason.TypeUnsupported, $"there are no constants of type {type}", "Use a standard element type.");
}
