namespace Onnx.Model.Reading;

/// <summary>A tensor while its fields arrive; <see cref="Finish"/> checks that data, type and dimensions agree.</summary>
internal sealed class TensorDraft
{
    private TypedData? _typed;

    public string Name { get; set; } = "";

    public string DocString { get; set; } = "";

    public DataType Type { get; set; }

    public List<long> Dims { get; } = [];

    public List<ReadOnlyMemory<byte>> Strings { get; } = [];

    public ReadOnlyMemory<byte> Raw { get; set; }

    public bool IsExternal { get; set; }

    public IDictionary<string, string> ExternalKeys { get; set; } = EmptyMetadata.Instance;

    public IDictionary<string, string> Metadata { get; set; } = EmptyMetadata.Instance;

    /// <summary>The collector of a typed field; a tensor may use one only.</summary>
    public TypedData Typed(TypedField field)
    {
        _typed ??= new TypedData(field);
        return _typed.Field == field
            ? _typed
            : throw new OnnxFormatException(OnnxFormatError.Malformed, $"tensor {Name} fills both {_typed.Field} and {field} data");
    }

    public TensorProto Finish(ReadContext context)
    {
        var tensor = new TensorProto { Name = Name, DataType = Type, Dims = [.. Dims], DocString = DocString, Metadata = Metadata };
        long count = CheckedCount();
        if (Type == DataType.String)
        {
            tensor.Strings = Strings;
            Require(Strings.Count == count, $"{Strings.Count} strings for {count} elements");
            return tensor;
        }

        if (IsExternal)
        {
            tensor.External = ExternalDataKeys.Parse(Name, ExternalKeys);
            tensor.Data = context.ExternalData?.Resolve(Name, tensor.External, ByteSize(count)) ?? TensorData.Empty;
            return tensor;
        }

        tensor.Data = TensorData.From(Bytes());
        Require(tensor.Data.Length == ByteSize(count), $"{tensor.Data.Length} bytes for {count} elements of {Type}");
        return tensor;
    }

    private static TypedField FieldOf(DataType type) => type switch
    {
        DataType.Float or DataType.Complex64 => TypedField.Float,
        DataType.Double or DataType.Complex128 => TypedField.Double,
        DataType.Int64 => TypedField.Int64,
        DataType.UInt32 or DataType.UInt64 => TypedField.UInt64,
        _ => TypedField.Int32,
    };

    private ReadOnlyMemory<byte> Bytes()
    {
        if (_typed is null)
        {
            return Raw;
        }

        Require(Raw.IsEmpty, "raw and typed data at once");
        Require(_typed.Field == FieldOf(Type), $"{_typed.Field} data in a tensor of {Type}");
        return _typed.ToBytes(Type.BitSize());
    }

    private long ByteSize(long count)
    {
        if (Type.BitSize() == 0 && count > 0)
        {
            throw new OnnxFormatException(OnnxFormatError.UnknownDataType, $"tensor {Name} has data type {(int)Type}");
        }

        return Type.ByteSize(count);
    }

    private long CheckedCount()
    {
        long count = 1;
        foreach (long dim in Dims)
        {
            if (dim < 0 || (dim > 0 && count > long.MaxValue / 128 / dim))
            {
                throw new OnnxFormatException(OnnxFormatError.TensorTooLarge, $"tensor {Name} claims dimensions [{string.Join(", ", Dims)}]");
            }

            count *= dim;
        }

        return count;
    }

    private void Require(bool condition, string problem)
    {
        if (!condition)
        {
            throw new OnnxFormatException(OnnxFormatError.TensorSizeMismatch, $"tensor {Name}: {problem}");
        }
    }
}
