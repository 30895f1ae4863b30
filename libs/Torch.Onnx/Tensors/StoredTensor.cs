using Onnx.Model;
using Torch.Onnx.Program;

namespace Torch.Onnx.Tensors;

/// <summary>
/// A tensor in a file's storage: element i is <c>storage[offset + sum(index * stride)]</c>. Checked when made: no index
/// of it lies outside the storage.
/// </summary>
internal sealed class StoredTensor
{
    private StoredTensor(TensorData storage, string storageKey, ScalarType type, long[] sizes, long[] strides, long offset)
    {
        Storage = storage;
        StorageKey = storageKey;
        Type = type;
        Sizes = sizes;
        Strides = strides;
        Offset = offset;
    }

    public TensorData Storage { get; }

    /// <summary>The same for all tensors that share a storage.</summary>
    public string StorageKey { get; }

    public ScalarType Type { get; }

    public long[] Sizes { get; }

    public long[] Strides { get; }

    public long Offset { get; }

    /// <exception cref="ExportedProgramException">TENSOR_OUT_OF_RANGE when an element would lie outside the storage.</exception>
    public static StoredTensor Create(string name, TensorData storage, string storageKey, ScalarType type, long[] sizes, long[] strides, long offset)
    {
        if (type.Size() == 0)
        {
            throw new ExportedProgramException(ExportedProgramError.MalformedProgram, $"tensor {name} has no known element type");
        }

        if (sizes.Length != strides.Length || sizes.Length > ImportLimits.Rank || offset < 0 || Array.Exists(sizes, size => size < 0) || Array.Exists(strides, stride => stride < 0))
        {
            throw OutOfRange(name, "its sizes, strides or offset are negative or of different lengths");
        }

        try
        {
            CheckRange(name, storage.Length, type.Size(), sizes, strides, offset);
        }
        catch (OverflowException)
        {
            throw OutOfRange(name, "its sizes and strides overflow 64 bits");
        }

        return new StoredTensor(storage, storageKey, type, sizes, strides, offset);
    }

    private static void CheckRange(string name, long storageBytes, int elementSize, long[] sizes, long[] strides, long offset)
    {
        long count = 1;
        long last = offset;
        for (int i = 0; i < sizes.Length; i++)
        {
            count = checked(count * sizes[i]);
            last = checked(last + (Math.Max(sizes[i] - 1, 0) * strides[i]));
        }

        if (count > 0 && checked((last + 1) * elementSize) > storageBytes)
        {
            throw OutOfRange(name, $"it needs {(last + 1) * elementSize} bytes of its storage, which has {storageBytes}");
        }
    }

    private static ExportedProgramException OutOfRange(string name, string why) => new(ExportedProgramError.TensorOutOfRange, $"tensor {name}: {why}");
}
