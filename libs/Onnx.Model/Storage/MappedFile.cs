using System.Buffers;
using System.IO.MemoryMappedFiles;

namespace Onnx.Model;

/// <summary>
/// A read-only view of a whole file. Pages are read when touched, so a 3 GB weight file costs address space, not memory.
/// </summary>
/// <remarks>
/// There is no finalizer on purpose: spans into the view do not keep it alive, so a view that the collector could
/// unmap would turn a forgotten Dispose into a crash. A forgotten Dispose costs address space until the process ends.
/// </remarks>
public sealed unsafe class MappedFile : IDisposable
{
    private const int CopyLength = 1 << 20;

    private readonly FileStream _stream;
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private byte* _start;

    private MappedFile(FileStream stream, MemoryMappedFile file, MemoryMappedViewAccessor view, byte* start, long length)
    {
        _stream = stream;
        _file = file;
        _view = view;
        _start = start;
        Length = length;
    }

    /// <summary>Bytes in the file.</summary>
    public long Length { get; }

    /// <summary>Maps a file.</summary>
    /// <exception cref="OnnxFormatException">TRUNCATED when the file is empty.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static MappedFile Open(string path)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        try
        {
            return Map(stream, path);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>The whole file as tensor data; valid until the file is disposed.</summary>
    public TensorData AsData() => new MappedTensorData(this, 0, Length);

    /// <summary><paramref name="length"/> bytes from <paramref name="offset"/> on; the span must not be used after Dispose.</summary>
    public ReadOnlySpan<byte> Slice(long offset, int length)
    {
        ObjectDisposedException.ThrowIf(_start is null, this);
        if (offset < 0 || length < 0 || offset > Length - length)
        {
            throw new ArgumentOutOfRangeException(nameof(offset), $"{length} bytes at {offset} of {Length}");
        }

        return new ReadOnlySpan<byte>(_start + offset, length);
    }

    /// <summary>
    /// Writes a part of the file. It is read, not mapped: touching every page of a large weight costs several times the
    /// copying itself.
    /// </summary>
    internal void CopyTo(Stream target, long offset, long length)
    {
        ObjectDisposedException.ThrowIf(_start is null, this);
        if (offset < 0 || length < 0 || offset > Length - length)
        {
            throw new ArgumentOutOfRangeException(nameof(offset), $"{length} bytes at {offset} of {Length}");
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(CopyLength, Math.Max(length, 1)));
        try
        {
            for (long end = offset + length; offset < end;)
            {
                int read = RandomAccess.Read(_stream.SafeFileHandle, buffer.AsSpan(0, (int)Math.Min(buffer.Length, end - offset)), offset);
                if (read == 0)
                {
                    throw new EndOfStreamException($"{_stream.Name} became shorter while it was read");
                }

                target.Write(buffer, 0, read);
                offset += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    internal byte* Pointer(long offset) => _start + offset;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_start is null)
        {
            return;
        }

        _start = null;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }

    private static MappedFile Map(FileStream stream, string path)
    {
        long length = stream.Length;
        if (length == 0)
        {
            throw new OnnxFormatException(OnnxFormatError.Truncated, $"{Path.GetFileName(path)} is empty");
        }

        var file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        var view = file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        return new MappedFile(stream, file, view, start + view.PointerOffset, length);
    }
}
