using Onnx.Model;
using Onnx.Model.Analysis;

namespace Onnx.Tflite.Ir;

/// <summary>
/// The bytes of a constant. Large constants are computed from their source only when the file is written, and then one at
/// a time: a model's weights are never in memory as a whole.
/// </summary>
internal abstract class ConstantData
{
    /// <summary>Number of bytes.</summary>
    public abstract long Length { get; }

    /// <summary>What two constants that are surely equal have in common.</summary>
    public abstract object Identity { get; }

    public static ConstantData Of(byte[] bytes) => new HeldBytes(bytes);

    public static ConstantData Of(TensorData data) => new SourceBytes(data);

    /// <summary>All bytes at once; constants of 2 GiB and more cannot be had so.</summary>
    public abstract ReadOnlySpan<byte> Read();

    public virtual void CopyTo(Stream target) => target.Write(Read());

    /// <summary>The same elements with axes in another order.</summary>
    public ConstantData Transpose(long[] dims, int[] order, int elementSize) =>
        new ComputedBytes(Length, () => Transposed(dims, order, elementSize), ("transpose", Identity, string.Join(',', dims), string.Join(',', order), elementSize));

    /// <summary>Bytes that a function makes out of these.</summary>
    /// <param name="length">Number of bytes of the result.</param>
    /// <param name="compute">Makes them.</param>
    public ConstantData Map(long length, Func<byte[]> compute) => new ComputedBytes(length, compute, new object());

    private byte[] Transposed(long[] dims, int[] order, int elementSize)
    {
        byte[] result = new byte[Length];
        StridedView.Transpose(dims, order).Copy(Read(), result, elementSize);
        return result;
    }

    private sealed class HeldBytes(byte[] bytes) : ConstantData
    {
        public override long Length => bytes.Length;

        public override object Identity => bytes;

        public override ReadOnlySpan<byte> Read() => bytes;
    }

    private sealed class SourceBytes(TensorData data) : ConstantData
    {
        public override long Length => data.Length;

        public override object Identity => data;

        public override ReadOnlySpan<byte> Read() => data.AsSpan();

        public override void CopyTo(Stream target) => data.CopyTo(target);
    }

    private sealed class ComputedBytes(long length, Func<byte[]> compute, object identity) : ConstantData
    {
        public override long Length => length;

        public override object Identity => identity;

        public override ReadOnlySpan<byte> Read() => compute();
    }
}
