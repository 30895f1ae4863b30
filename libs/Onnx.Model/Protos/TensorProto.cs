namespace Onnx.Model;

/// <summary>A dense tensor: dimensions, element type and data (onnx.proto <c>TensorProto</c>).</summary>
/// <remarks>
/// Whatever form the file used (<c>raw_data</c>, typed fields, external data), <see cref="Data"/> holds the elements as
/// little-endian bytes and its length has been checked against <see cref="Dims"/>; strings are in <see cref="Strings"/>.
/// </remarks>
public sealed class TensorProto
{
    /// <summary>Name; empty where the place (an attribute) needs none.</summary>
    public string Name { get; set; } = "";

    /// <summary>Element type.</summary>
    public DataType DataType { get; set; }

    /// <summary>Dimensions, each &gt;= 0; empty for a scalar.</summary>
    public long[] Dims { get; set; } = [];

    /// <summary>Elements in row-major order, little-endian, sub-byte types packed low half first.</summary>
    public TensorData Data { get; set; } = TensorData.Empty;

    /// <summary>Elements of a string tensor as the file's bytes (UTF-8 by convention, not by force); null for all other types.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>>? Strings { get; set; }

    /// <summary>Where the data came from when it was external; null when it was in the model file.</summary>
    public ExternalDataInfo? External { get; set; }

    /// <summary>Free text.</summary>
    public string DocString { get; set; } = "";

    /// <summary>Key-value notes (<c>metadata_props</c>).</summary>
    public IDictionary<string, string> Metadata { get; set; } = EmptyMetadata.Instance;

    /// <summary>Number of elements: the product of <see cref="Dims"/>.</summary>
    public long ElementCount
    {
        get
        {
            long count = 1;
            foreach (long dim in Dims)
            {
                count = checked(count * dim);
            }

            return count;
        }
    }

    /// <summary>Makes a tensor over a copy of <paramref name="elements"/>.</summary>
    /// <typeparam name="T">An unmanaged type whose size is the element size of <paramref name="type"/>.</typeparam>
    /// <param name="name">Tensor name.</param>
    /// <param name="type">Element type; its bit size must be that of <typeparamref name="T"/>.</param>
    /// <param name="dims">Dimensions; their product must be the number of elements.</param>
    /// <param name="elements">Elements in row-major order.</param>
    /// <exception cref="ArgumentException">The sizes do not agree.</exception>
    public static TensorProto Create<T>(string name, DataType type, long[] dims, ReadOnlySpan<T> elements)
        where T : unmanaged
    {
        byte[] bytes = System.Runtime.InteropServices.MemoryMarshal.AsBytes(elements).ToArray();
        var tensor = new TensorProto { Name = name, DataType = type, Dims = dims, Data = TensorData.From(bytes) };
        if (type.ByteSize(tensor.ElementCount) != bytes.Length)
        {
            throw new ArgumentException($"{bytes.Length} bytes for {tensor.ElementCount} elements of {type}", nameof(elements));
        }

        return tensor;
    }
}
