using System.Buffers.Binary;
using Onnx.Model;
using Torch.Onnx.Archive;
using Torch.Onnx.Program;
using Torch.Onnx.Tensors;

namespace Torch.Onnx.Emission;

/// <summary>
/// Elements that are known at import: a strided view of a storage, so that a transposed or sliced weight is still the
/// weight's own bytes until it is written, and then copied once.
/// </summary>
internal sealed class ConstantTensor
{
    private ConstantTensor(TensorData storage, object storageKey, DataType storedType, DataType type, long[] sizes, long[] strides, long offset)
    {
        Storage = storage;
        StorageKey = storageKey;
        StoredType = storedType;
        Type = type;
        Sizes = sizes;
        Strides = strides;
        Offset = offset;
    }

    public TensorData Storage { get; }

    /// <summary>Equal for tensors that share a storage.</summary>
    public object StorageKey { get; }

    public DataType StoredType { get; }

    /// <summary>The type of its values: the stored one, or float for stored bfloat16.</summary>
    public DataType Type { get; }

    public long[] Sizes { get; }

    public long[] Strides { get; }

    public long Offset { get; }

    public long Count
    {
        get
        {
            long count = 1;
            foreach (long size in Sizes)
            {
                count = checked(count * size);
            }

            return count;
        }
    }

    public long ByteCount => Type.ByteSize(Count);

    public bool IsContiguous
    {
        get
        {
            long expected = 1;
            for (int i = Sizes.Length - 1; i >= 0; i--)
            {
                if (Sizes[i] != 1 && Strides[i] != expected)
                {
                    return Count == 0;
                }

                expected *= Sizes[i];
            }

            return true;
        }
    }

    public static ConstantTensor From(StoredTensor tensor)
    {
        var type = tensor.Type.Carrier();
        return tensor.Type.IsComplex()
            ? new ConstantTensor(
                tensor.Storage, tensor.StorageKey, type, type, [.. tensor.Sizes, 2], [.. tensor.Strides.Select(stride => stride * 2), 1], tensor.Offset * 2)
            : new ConstantTensor(tensor.Storage, tensor.StorageKey, tensor.Type.Declared(), type, tensor.Sizes, tensor.Strides, tensor.Offset);
    }

    public static ConstantTensor From(DataType type, long[] sizes, byte[] bytes) =>
        new(TensorData.From(bytes), bytes, type, type, sizes, Contiguous(sizes), 0);

    public ConstantTensor Permute(ReadOnlySpan<long> order)
    {
        long[] sizes = new long[order.Length];
        long[] strides = new long[order.Length];
        for (int i = 0; i < order.Length; i++)
        {
            sizes[i] = Sizes[order[i]];
            strides[i] = Strides[order[i]];
        }

        return With(sizes, strides, Offset);
    }

    /// <summary>The same elements in another shape, or null where that is no view of the storage.</summary>
    public ConstantTensor? Reshape(long[] sizes) =>
        StrideRules.Reshape(Sizes, Strides, sizes) is { } strides ? With(sizes, strides, Offset) : null;

    public ConstantTensor Narrow(int axis, long start, long length)
    {
        long[] sizes = [.. Sizes];
        sizes[axis] = length;
        return With(sizes, Strides, Offset + (start * Strides[axis]));
    }

    /// <summary>The elements in order, copied only where they are not stored so.</summary>
    public TensorData ToData()
    {
        int size = Type.BitSize() / 8;
        if (IsContiguous && StoredType == Type)
        {
            return new SlicedTensorData(Storage, Count == 0 ? 0 : Offset * size, Count * size);
        }

        return new GatheredTensorData(this);
    }

    /// <summary>The elements as 64-bit integers; null for tensors that hold none or too many to look at.</summary>
    public long[]? TryReadIntegers(int most = 4096)
    {
        if (Type is not (DataType.Int64 or DataType.Int32 or DataType.Bool or DataType.UInt8) || Count > most)
        {
            return null;
        }

        var bytes = ToData().AsSpan();
        long[] values = new long[Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Type switch
            {
                DataType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(bytes[(i * 8)..]),
                DataType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(bytes[(i * 4)..]),
                _ => bytes[i],
            };
        }

        return values;
    }

    private ConstantTensor With(long[] sizes, long[] strides, long offset) => new(Storage, StorageKey, StoredType, Type, sizes, strides, offset);

    private static long[] Contiguous(long[] sizes) => StrideRules.Contiguous(sizes);
}
