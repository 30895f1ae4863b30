using System.Buffers.Binary;
using Onnx.Model.Wire;

namespace Onnx.Model.Reading;

/// <summary>Collects a typed data field as little-endian bytes of a given element width.</summary>
/// <param name="source">The field, which decides what a value may be.</param>
internal sealed class TypedData(TypedField source)
{
    private readonly List<ulong> _values = [];
    private ReadOnlyMemory<byte> _fixed;

    public TypedField Field => source;

    public void AddVarints(ref WireReader reader)
    {
        if (reader.Type == WireType.Varint)
        {
            _values.Add(reader.ReadVarint());
            return;
        }

        var packed = reader.ReadMessage();
        while (packed.Remaining > 0)
        {
            _values.Add(packed.ReadVarint());
        }
    }

    public void AddFixed32(ref WireReader reader)
    {
        if (reader.Type == WireType.Fixed32)
        {
            _values.Add(reader.ReadFixed32());
            return;
        }

        AddPacked(reader.ReadMemory(), sizeof(uint));
    }

    public void AddFixed64(ref WireReader reader)
    {
        if (reader.Type == WireType.Fixed64)
        {
            _values.Add(reader.ReadFixed64());
            return;
        }

        AddPacked(reader.ReadMemory(), sizeof(ulong));
    }

    /// <summary>The values as elements of <paramref name="bits"/> bits; sub-byte elements come packed, a byte in each value.</summary>
    public ReadOnlyMemory<byte> ToBytes(int bits)
    {
        if (!_fixed.IsEmpty && _values.Count == 0)
        {
            return _fixed;
        }

        int width = Math.Max(1, Math.Min(bits, ElementBits()) / 8);
        var bytes = new byte[checked(_values.Count * width)];
        Span<byte> element = stackalloc byte[sizeof(ulong)];
        for (int i = 0; i < _values.Count; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(element, _values[i]);
            element[..width].CopyTo(bytes.AsSpan(i * width));
        }

        return bytes;
    }

    // A complex number is two floats or doubles in a row: its parts, not the whole, are the unit of the field.
    private int ElementBits() => source == TypedField.Float ? 32 : 64;

    private void AddPacked(ReadOnlyMemory<byte> packed, int width)
    {
        if (packed.Length % width != 0)
        {
            throw new OnnxFormatException(OnnxFormatError.Malformed, $"packed numbers of {width} bytes in {packed.Length} bytes");
        }

        if (_fixed.IsEmpty && _values.Count == 0)
        {
            _fixed = packed;
            return;
        }

        Unpack(_fixed.Span, width);
        _fixed = default;
        Unpack(packed.Span, width);
    }

    private void Unpack(ReadOnlySpan<byte> packed, int width)
    {
        for (int i = 0; i < packed.Length; i += width)
        {
            _values.Add(width == sizeof(uint)
                ? BinaryPrimitives.ReadUInt32LittleEndian(packed[i..])
                : BinaryPrimitives.ReadUInt64LittleEndian(packed[i..]));
        }
    }
}
