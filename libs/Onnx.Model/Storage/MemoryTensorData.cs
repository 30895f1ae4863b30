namespace Onnx.Model;

internal sealed class MemoryTensorData(ReadOnlyMemory<byte> bytes) : TensorData
{
    public override long Length => bytes.Length;

    public override ReadOnlySpan<byte> Slice(long offset, int length) => bytes.Span.Slice(checked((int)offset), length);
}
