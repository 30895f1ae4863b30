namespace Onnx.Model;

/// <summary>The name and type of a value (onnx.proto <c>ValueInfoProto</c>).</summary>
public sealed class ValueInfoProto
{
    /// <summary>Name.</summary>
    public string Name { get; set; } = "";

    /// <summary>Type.</summary>
    public TypeProto Type { get; set; } = new TypeProto.None();

    /// <summary>Free text.</summary>
    public string DocString { get; set; } = "";

    /// <summary>Key-value notes (<c>metadata_props</c>).</summary>
    public IDictionary<string, string> Metadata { get; set; } = EmptyMetadata.Instance;

    /// <summary>A tensor value.</summary>
    public static ValueInfoProto Tensor(string name, DataType type, params Dimension[]? shape) =>
        new() { Name = name, Type = new TypeProto.Tensor(type, shape) };
}
