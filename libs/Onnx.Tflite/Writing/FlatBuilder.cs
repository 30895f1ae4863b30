using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Onnx.Tflite.Writing;

/// <summary>
/// Writes a flatbuffer from its end to its start, so that a table can refer to what was written before it. Positions count
/// from the end of the file. Space for large data at the very end can be set aside without being held in memory.
/// </summary>
internal sealed class FlatBuilder
{
    private readonly Dictionary<ulong, List<long>> _vtables = [];
    private byte[] _bytes = new byte[1 << 16];
    private long _reserved;
    private int _used;

    /// <summary>Bytes written so far, those set aside included.</summary>
    public long Position => _reserved + _used;

    /// <summary>Sets space aside at the end of the file; only before anything is written.</summary>
    public void Reserve(long byteCount) => _reserved = _used == 0 ? byteCount : throw new InvalidOperationException("something is already written");

    /// <summary>Makes the position after <paramref name="following"/> more bytes a multiple of the alignment.</summary>
    public void Align(int alignment, long following = 0)
    {
        long over = (Position + following) % alignment;
        if (over != 0)
        {
            Take((int)(alignment - over)).Clear();
        }
    }

    public void PutByte(byte value) => Take(1)[0] = value;

    public void PutInt32(int value)
    {
        Align(4);
        BinaryPrimitives.WriteInt32LittleEndian(Take(4), value);
    }

    public void PutInt64(long value)
    {
        Align(8);
        BinaryPrimitives.WriteInt64LittleEndian(Take(8), value);
    }

    public void PutFloat(float value) => PutInt32(BitConverter.SingleToInt32Bits(value));

    /// <summary>A reference to something written before.</summary>
    public void PutOffset(long target)
    {
        Align(4);
        PutInt32(checked((int)(Position + 4 - target)));
    }

    public long Text(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        Align(4, utf8.Length + 1);
        PutByte(0);
        utf8.CopyTo(Take(utf8.Length));
        PutInt32(utf8.Length);
        return Position;
    }

    public long Bytes(ReadOnlySpan<byte> data, int alignment)
    {
        Align(Math.Max(alignment, 4), data.Length);
        data.CopyTo(Take(data.Length));
        PutInt32(data.Length);
        return Position;
    }

    public long Ints(ReadOnlySpan<int> values)
    {
        Align(4, 4L * values.Length);
        MemoryMarshal.AsBytes(values).CopyTo(Take(4 * values.Length));
        PutInt32(values.Length);
        return Position;
    }

    public long Floats(ReadOnlySpan<float> values) => Ints(MemoryMarshal.Cast<float, int>(values));

    public long Longs(ReadOnlySpan<long> values)
    {
        Align(8, 8L * values.Length);
        MemoryMarshal.AsBytes(values).CopyTo(Take(8 * values.Length));
        PutInt32(values.Length);
        return Position;
    }

    public long Offsets(ReadOnlySpan<long> targets)
    {
        Align(4, 4L * targets.Length);
        for (int i = targets.Length - 1; i >= 0; i--)
        {
            PutOffset(targets[i]);
        }

        PutInt32(targets.Length);
        return Position;
    }

    /// <summary>Writes a table; vtables with the same content are shared.</summary>
    public long Table(TableFields fields) => fields.WriteTo(this);

    /// <summary>Writes or finds a vtable and links the table at <paramref name="table"/> to it.</summary>
    public void LinkVtable(long table, ReadOnlySpan<ushort> vtable)
    {
        ulong hash = 14695981039346656037;
        foreach (ushort entry in vtable)
        {
            hash = (hash ^ entry) * 1099511628211;
        }

        if (!_vtables.TryGetValue(hash, out var known))
        {
            _vtables[hash] = known = [];
        }

        long position = 0;
        for (int i = 0; i < known.Count && position == 0; i++)
        {
            position = Matches(known[i], vtable) ? known[i] : 0;
        }

        if (position == 0)
        {
            Align(2);
            MemoryMarshal.AsBytes(vtable).CopyTo(Take(2 * vtable.Length));
            position = Position;
            known.Add(position);
        }

        // A table begins with the distance back to its vtable.
        BinaryPrimitives.WriteInt32LittleEndian(At(table, 4), checked((int)(position - table)));
    }

    /// <summary>Overwrites eight bytes that lie <paramref name="position"/> from the end.</summary>
    public void Patch(long position, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(At(position, 8), value);

    /// <summary>Ends the file with its root and identifier; the whole length is a multiple of the alignment.</summary>
    public void Finish(long root, string identifier, int alignment)
    {
        Align(alignment, 8);
        Encoding.ASCII.GetBytes(identifier).CopyTo(Take(4));
        PutOffset(root);
    }

    /// <summary>What was written, without the space set aside.</summary>
    public ReadOnlySpan<byte> Written() => _bytes.AsSpan(_bytes.Length - _used);

    private bool Matches(long position, ReadOnlySpan<ushort> vtable)
    {
        var there = MemoryMarshal.Cast<byte, ushort>(At(position, 2));
        return there[0] == vtable[0] && MemoryMarshal.Cast<byte, ushort>(At(position, vtable[0])).SequenceEqual(vtable);
    }

    private Span<byte> At(long position, int length) => _bytes.AsSpan(checked((int)(_bytes.Length - (position - _reserved))), length);

    private Span<byte> Take(int count)
    {
        if (_used + count > _bytes.Length)
        {
            Grow(count);
        }

        _used += count;
        return _bytes.AsSpan(_bytes.Length - _used, count);
    }

    private void Grow(int count)
    {
        byte[] larger = new byte[checked(Math.Max(_bytes.Length * 2, _bytes.Length + count))];
        Written().CopyTo(larger.AsSpan(larger.Length - _used));
        _bytes = larger;
    }
}
