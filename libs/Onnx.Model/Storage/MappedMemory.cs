using System.Buffers;

namespace Onnx.Model;

/// <summary>A mapped file of less than 2 GiB as <see cref="Memory{T}"/>, so that the reader can slice it without copying.</summary>
internal sealed unsafe class MappedMemory(MappedFile file) : MemoryManager<byte>
{
    public override Span<byte> GetSpan() => new(file.Pointer(0), checked((int)file.Length));

    public override MemoryHandle Pin(int elementIndex = 0) => new(file.Pointer(elementIndex), default, this);

    public override void Unpin()
    {
        // The view never moves: there is nothing to release.
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            file.Dispose();
        }
    }
}
