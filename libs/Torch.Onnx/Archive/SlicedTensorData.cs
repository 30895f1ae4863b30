using Onnx.Model;

namespace Torch.Onnx.Archive;

/// <summary>A part of other data, without a copy.</summary>
internal sealed class SlicedTensorData(TensorData whole, long start, long length) : TensorData
{
    public override long Length => length;

    public override ReadOnlySpan<byte> Slice(long offset, int length1)
    {
        if (offset < 0 || length1 < 0 || offset > length - length1)
        {
            throw new ArgumentOutOfRangeException(nameof(offset), $"{length1} bytes at {offset} of {length}");
        }

        return whole.Slice(start + offset, length1);
    }

    public override void CopyTo(Stream target, long offset, long length1)
    {
        if (offset < 0 || length1 < 0 || offset > length - length1)
        {
            throw new ArgumentOutOfRangeException(nameof(offset), $"{length1} bytes at {offset} of {length}");
        }

        whole.CopyTo(target, start + offset, length1);
    }
}
