using System.Buffers.Binary;

namespace Onnx.Model.Wire;

/// <summary>
/// Walks the fields of one protobuf message inside a larger buffer, without copying. Nested messages are readers over
/// parts of the same buffer.
/// </summary>
internal ref struct WireReader
{
    /// <summary>Graphs nest in attributes of nodes of graphs; no real model comes near this, a hostile one must not overflow the stack.</summary>
    private const int MaxDepth = 96;

    private readonly ReadOnlyMemory<byte> _buffer;
    private readonly ReadOnlySpan<byte> _span;
    private readonly int _end;
    private readonly int _depth;
    private int _position;

    public WireReader(ReadOnlyMemory<byte> buffer)
    {
        _buffer = buffer;
        _span = buffer.Span;
        _end = _span.Length;
    }

    private WireReader(scoped in WireReader parent, int start, int length)
    {
        if (parent._depth >= MaxDepth)
        {
            throw new OnnxFormatException(OnnxFormatError.TooDeep, $"messages are nested deeper than {MaxDepth} at byte {start}");
        }

        _buffer = parent._buffer;
        _span = parent._span;
        _position = start;
        _end = start + length;
        _depth = parent._depth + 1;
    }

    /// <summary>Number of the field that <see cref="TryReadTag"/> found.</summary>
    public int Field { get; private set; }

    /// <summary>Wire type of that field.</summary>
    public WireType Type { get; private set; }

    public readonly int Remaining => _end - _position;

    public bool TryReadTag()
    {
        if (_position >= _end)
        {
            return false;
        }

        ulong tag = ReadVarint();
        Field = (int)(tag >> 3);
        Type = (WireType)(tag & 7);
        if (tag > uint.MaxValue || Field == 0 || Type is WireType.StartGroup or WireType.EndGroup or > WireType.Fixed32)
        {
            throw Malformed($"tag {tag}");
        }

        return true;
    }

    public ulong ReadVarint()
    {
        ulong result = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            if (_position >= _end)
            {
                throw Truncated();
            }

            byte b = _span[_position++];
            result |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
            {
                return result;
            }
        }

        throw Malformed("a number of more than ten bytes");
    }

    public uint ReadFixed32()
    {
        var bytes = Take(sizeof(uint));
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    public ulong ReadFixed64()
    {
        var bytes = Take(sizeof(ulong));
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    /// <summary>The payload of a length-delimited field, as a part of the buffer.</summary>
    public ReadOnlyMemory<byte> ReadMemory()
    {
        int length = ReadLength();
        var result = _buffer.Slice(_position, length);
        _position += length;
        return result;
    }

    public ReadOnlySpan<byte> ReadSpan() => Take(ReadLength());

    public WireReader ReadMessage()
    {
        int length = ReadLength();
        var nested = new WireReader(this, _position, length);
        _position += length;
        return nested;
    }

    public void Skip()
    {
        switch (Type)
        {
            case WireType.Varint:
                ReadVarint();
                break;
            case WireType.Fixed64:
                Take(sizeof(ulong));
                break;
            case WireType.Fixed32:
                Take(sizeof(uint));
                break;
            default:
                Take(ReadLength());
                break;
        }
    }

    public readonly OnnxFormatException Malformed(string what) =>
        new(OnnxFormatError.Malformed, $"byte {_position}: {what} is not valid protobuf");

    /// <summary>Fails unless the current field has the wire type that its declaration asks for.</summary>
    public readonly void Expect(WireType type)
    {
        if (Type != type)
        {
            throw Malformed($"field {Field} with wire type {Type}");
        }
    }

    private int ReadLength()
    {
        Expect(WireType.Bytes);
        ulong length = ReadVarint();
        return length <= (ulong)(_end - _position) ? (int)length : throw Truncated();
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > _end - _position)
        {
            throw Truncated();
        }

        var result = _span.Slice(_position, length);
        _position += length;
        return result;
    }

    private readonly OnnxFormatException Truncated() =>
        new(OnnxFormatError.Truncated, $"the file ends inside a field (byte {_position} of {_span.Length})");
}
