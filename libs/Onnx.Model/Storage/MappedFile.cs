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
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private byte* _start;

    private MappedFile(MemoryMappedFile file, MemoryMappedViewAccessor view, byte* start, long length)
    {
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
        return new MappedFile(file, view, start + view.PointerOffset, length);
    }
}
