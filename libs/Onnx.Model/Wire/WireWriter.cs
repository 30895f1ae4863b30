using System.Text;

namespace Onnx.Model.Wire;

/// <summary>
/// Writes protobuf fields. The same code that writes a message also measures it: a writer without a stream only counts,
/// which gives the length prefix of a nested message without a second description of its fields.
/// </summary>
internal sealed class WireWriter(Stream? output)
{
    private readonly byte[] _buffer = new byte[16];

    /// <summary>Bytes written or counted so far.</summary>
    public long Length { get; private set; }

    public void Varint(int field, long value)
    {
        Tag(field, WireType.Varint);
        RawVarint((ulong)value);
    }

    public void Fixed32(int field, float value)
    {
        Tag(field, WireType.Fixed32);
        BitConverter.TryWriteBytes(_buffer, value);
        Raw(_buffer.AsSpan(0, sizeof(float)));
    }

    public void Bytes(int field, ReadOnlySpan<byte> bytes)
    {
        Tag(field, WireType.Bytes);
        RawVarint((ulong)bytes.Length);
        Raw(bytes);
    }

    public void Data(int field, TensorData data)
    {
        Tag(field, WireType.Bytes);
        RawVarint((ulong)data.Length);
        Length += data.Length;
        if (output is not null)
        {
            data.CopyTo(output);
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
        Tag(field, WireType.Bytes);
        RawVarint((ulong)length);
        if (output is null)
        {
            Length += length;
            return;
        }

        Raw(Encoding.UTF8.GetBytes(text));
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
        var counter = new WireWriter(null);
        write(counter, message);
        RawVarint((ulong)counter.Length);
        if (output is null)
        {
            Length += counter.Length;
            return;
        }

        write(this, message);
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
        int length = 0;
        while (value >= 0x80)
        {
            _buffer[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        _buffer[length++] = (byte)value;
        Raw(_buffer.AsSpan(0, length));
    }

    private void Raw(ReadOnlySpan<byte> bytes)
    {
        Length += bytes.Length;
        output?.Write(bytes);
    }
}
