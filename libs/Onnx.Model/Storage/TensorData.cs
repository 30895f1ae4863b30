namespace Onnx.Model;

/// <summary>
/// A tensor's elements as little-endian bytes, in memory or in a mapped file. Never copied on read;
/// may be longer than 2 GiB, so long data is read in slices.
/// </summary>
public abstract class TensorData
{
    /// <summary>No bytes.</summary>
    public static TensorData Empty { get; } = new MemoryTensorData(ReadOnlyMemory<byte>.Empty);

    /// <summary>Length in bytes.</summary>
    public abstract long Length { get; }

    /// <summary>All bytes.</summary>
    /// <exception cref="OnnxFormatException">TENSOR_TOO_LARGE when there are 2 GiB or more; read slices then.</exception>
    public ReadOnlySpan<byte> AsSpan() => Length <= int.MaxValue
        ? Slice(0, (int)Length)
        : throw new OnnxFormatException(OnnxFormatError.TensorTooLarge, $"a tensor of {Length} bytes must be read in slices");

    /// <summary>Wraps bytes without copying them.</summary>
    public static TensorData From(ReadOnlyMemory<byte> bytes) => bytes.IsEmpty ? Empty : new MemoryTensorData(bytes);

    /// <summary><paramref name="length"/> bytes from <paramref name="offset"/> on; both must lie inside the data.</summary>
    public abstract ReadOnlySpan<byte> Slice(long offset, int length);

    /// <summary>Writes all bytes to <paramref name="target"/> in slices of at most 1 MiB.</summary>
    public void CopyTo(Stream target) => CopyTo(target, 0, Length);

    /// <summary>Writes <paramref name="length"/> bytes from <paramref name="offset"/> on, in slices of at most 1 MiB; both must lie inside the data.</summary>
    public virtual void CopyTo(Stream target, long offset, long length)
    {
        const int SliceLength = 1 << 20;
        for (long end = offset + length; offset < end; offset += SliceLength)
        {
            target.Write(Slice(offset, (int)Math.Min(SliceLength, end - offset)));
        }
    }
}
