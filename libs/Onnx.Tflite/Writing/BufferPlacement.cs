using Onnx.Tflite.Ir;

namespace Onnx.Tflite.Writing;

/// <summary>Where each buffer's data stands in the part of the file that follows the tables.</summary>
internal sealed class BufferPlacement
{
    // XNNPACK may read a little beyond the last weight.
    private const int Tail = 64;

    private readonly List<ConstantData?> _buffers;
    private readonly long[] _starts;
    private readonly bool _outside;

    private BufferPlacement(List<ConstantData?> buffers, long[] starts, long length, bool outside)
    {
        (_buffers, _starts, Length, _outside) = (buffers, starts, length, outside);
    }

    /// <summary>Bytes of the whole part.</summary>
    public long Length { get; }

    public int Count => _buffers.Count;

    /// <summary>Places the data: inside a flatbuffer each stands behind its length.</summary>
    public static BufferPlacement Plan(List<ConstantData?> buffers, bool outside)
    {
        var starts = new long[buffers.Count];
        long at = 0;
        for (int i = 0; i < starts.Length; i++)
        {
            if (buffers[i] is { Length: > 0 } data)
            {
                int alignment = ModelFile.AlignmentOf(data.Length);
                long start = at + (outside ? 0 : 4);
                starts[i] = (start + alignment - 1) / alignment * alignment;
                at = starts[i] + data.Length;
            }
        }

        return new BufferPlacement(buffers, starts, (at + Tail + 63) / 64 * 64, outside);
    }

    public bool HasData(int i) => _buffers[i] is { Length: > 0 };

    /// <summary>The position of a buffer's vector, counted from the end of the file.</summary>
    public long VectorPosition(int i) => Length - _starts[i] + 4;

    public void Patch(FlatBuilder builder, IReadOnlyDictionary<int, (long Offset, long Size)> patches)
    {
        long head = builder.Written().Length;
        foreach (var (buffer, (offset, size)) in patches)
        {
            builder.Patch(offset, (ulong)(head + _starts[buffer]));
            builder.Patch(size, (ulong)_buffers[buffer]!.Length);
        }
    }

    public void CopyTo(Stream target)
    {
        long at = 0;
        Span<byte> length = stackalloc byte[4];
        for (int i = 0; i < _starts.Length; i++)
        {
            if (_buffers[i] is not { Length: > 0 } data)
            {
                continue;
            }

            at += Fill(target, _starts[i] - at - (_outside ? 0 : 4));
            if (!_outside)
            {
                System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(length, (uint)data.Length);
                target.Write(length);
                at += 4;
            }

            data.CopyTo(target);
            at += data.Length;
        }

        Fill(target, Length - at);
    }

    private static long Fill(Stream target, long count)
    {
        for (long i = 0; i < count; i++)
        {
            target.WriteByte(0);
        }

        return count;
    }
}
