using System.Text;

namespace Onnx.Model.Wire;

/// <summary>
/// Writes protobuf fields. A message stands behind its length, so everything is gone through twice: the first time only
/// counts, and the lengths of nested messages that it finds are what the second time, which writes, takes in the same order.
/// </summary>
internal sealed class WireWriter
{
    private const int BufferSize = 1 << 16;

    // The most bytes that a tag, a number or a length takes.
    private const int Encoded = 10;

    private readonly Stream? _output;
    private readonly List<long> _lengths;
    private readonly byte[] _buffer;
    private int _buffered;
    private int _messages;

    private WireWriter(Stream? output, List<long> lengths)
    {
        _output = output;
        _lengths = lengths;
        _buffer = output is null ? [] : new byte[(int)Math.Min(BufferSize, Math.Max(Encoded, lengths[0]))];
    }

    /// <summary>Bytes written or counted so far.</summary>
    public long Length { get; private set; }

    /// <summary>What has to be known before a message can be written.</summary>
    /// <returns>The message's length, and then that of each message in it, in the order of writing.</returns>
    public static List<long> Measure<T>(T message, Action<WireWriter, T> write)
    {
        var lengths = new List<long> { 0 };
        var counter = new WireWriter(null, lengths);
        write(counter, message);
        lengths[0] = counter.Length;
        return lengths;
    }

    /// <summary>Writes a message that was measured and has not been changed since.</summary>
    public static void Write<T>(T message, Action<WireWriter, T> write, List<long> lengths, Stream output)
    {
        var writer = new WireWriter(output, lengths);
        write(writer, message);
        writer.Flush();
    }

    public void Varint(int field, long value)
    {
        Tag(field, WireType.Varint);
        RawVarint((ulong)value);
    }

    public void Fixed32(int field, float value)
    {
        Tag(field, WireType.Fixed32);
        Length += sizeof(float);
        if (_output is not null)
        {
            BitConverter.TryWriteBytes(Room(sizeof(float)), value);
            _buffered += sizeof(float);
        }
    }

    public void Bytes(int field, ReadOnlySpan<byte> bytes)
    {
        Tag(field, WireType.Bytes);
        RawVarint((ulong)bytes.Length);
        Length += bytes.Length;
        if (_output is null)
        {
            return;
        }

        if (bytes.Length > _buffer.Length)
        {
            Flush();
            _output.Write(bytes);
            return;
        }

        bytes.CopyTo(Room(bytes.Length));
        _buffered += bytes.Length;
    }

    public void Data(int field, TensorData data)
    {
        Tag(field, WireType.Bytes);
        RawVarint((ulong)data.Length);
        Length += data.Length;
        if (_output is not null)
        {
            Flush();
            data.CopyTo(_output);
        }
    }

    /// <summary>A text field; nothing for an empty text unless <paramref name="always"/>.</summary>
    public void Text(int field, string text, bool always = false)
    {
        if (text.Length == 0 && !always)
        {
            return;
        }

        int length = Encoding.UTF8.GetByteCount(text);
        if (_output is not null && length > _buffer.Length)
        {
            Bytes(field, Encoding.UTF8.GetBytes(text));
            return;
        }

        Tag(field, WireType.Bytes);
        RawVarint((ulong)length);
        Length += length;
        if (_output is not null)
        {
            Encoding.UTF8.GetBytes(text, Room(length));
            _buffered += length;
        }
    }

    public void PackedInt64s(int field, ReadOnlySpan<long> values)
    {
        if (values.IsEmpty)
        {
            return;
        }

        long length = 0;
        foreach (long value in values)
        {
            length += VarintLength((ulong)value);
        }

        Tag(field, WireType.Bytes);
        RawVarint((ulong)length);
        foreach (long value in values)
        {
            RawVarint((ulong)value);
        }
    }

    public void Message<T>(int field, T message, Action<WireWriter, T> write)
    {
        Tag(field, WireType.Bytes);
        if (_output is not null)
        {
            RawVarint((ulong)_lengths[++_messages]);
            write(this, message);
            return;
        }

        int place = _lengths.Count;
        _lengths.Add(0);
        long before = Length;
        write(this, message);
        _lengths[place] = Length - before;
        RawVarint((ulong)_lengths[place]);
    }

    public void Messages<T>(int field, IEnumerable<T> messages, Action<WireWriter, T> write)
    {
        foreach (var message in messages)
        {
            Message(field, message, write);
        }
    }

    private static int VarintLength(ulong value)
    {
        int length = 1;
        while (value >= 0x80)
        {
            value >>= 7;
            length++;
        }

        return length;
    }

    private void Tag(int field, WireType type) => RawVarint(((ulong)(uint)field << 3) | (uint)type);

    private void RawVarint(ulong value)
    {
        if (_output is null)
        {
            Length += VarintLength(value);
            return;
        }

        var room = Room(Encoded);
        int length = 0;
        while (value >= 0x80)
        {
            room[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        room[length++] = (byte)value;
        _buffered += length;
        Length += length;
    }

    private Span<byte> Room(int length)
    {
        if (_buffer.Length - _buffered < length)
        {
            Flush();
        }

        return _buffer.AsSpan(_buffered);
    }

    private void Flush()
    {
        _output!.Write(_buffer, 0, _buffered);
        _buffered = 0;
    }
}
