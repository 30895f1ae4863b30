namespace Onnx.Model;

internal sealed class MappedTensorData(MappedFile file, long start, long byteCount) : TensorData
{
    public override long Length => byteCount;

    public override ReadOnlySpan<byte> Slice(long offset, int length)
    {
        if (offset < 0 || length < 0 || offset > byteCount - length)
        {
            throw new ArgumentOutOfRangeException(nameof(offset), $"{length} bytes at {offset} of {byteCount}");
        }

        return file.Slice(start + offset, length);
    }

    public override void CopyTo(Stream target, long offset, long length)
    {
        if (offset < 0 || length < 0 || offset > byteCount - length)
        {
            throw new ArgumentOutOfRangeException(nameof(offset), $"{length} bytes at {offset} of {byteCount}");
        }

        file.CopyTo(target, start + offset, length);
    }
}
