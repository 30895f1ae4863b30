namespace Onnx.Model;

/// <summary>A function that the model itself defines (onnx.proto <c>FunctionProto</c>).</summary>
public sealed class FunctionProto
{
    /// <summary>Operator name under which nodes call it.</summary>
    public string Name { get; set; } = "";

    /// <summary>Domain under which nodes call it.</summary>
    public string Domain { get; set; } = "";

    /// <summary>Overload (IR version 10).</summary>
    public string Overload { get; set; } = "";

    /// <summary>Formal inputs.</summary>
    public List<string> Inputs { get; set; } = [];

    /// <summary>Formal outputs.</summary>
    public List<string> Outputs { get; set; } = [];

    /// <summary>Attributes without a default.</summary>
    public List<string> Attributes { get; set; } = [];

    /// <summary>Attributes with their defaults.</summary>
    public List<AttributeProto> AttributeDefaults { get; set; } = [];

    /// <summary>The body, in topological order.</summary>
    public List<NodeProto> Nodes { get; set; } = [];

    /// <summary>Operator sets of the body.</summary>
    public List<OperatorSetId> OpsetImports { get; set; } = [];

    /// <summary>Types of values in the body, where known.</summary>
    public List<ValueInfoProto> ValueInfos { get; set; } = [];

    /// <summary>Free text.</summary>
    public string DocString { get; set; } = "";

    /// <summary>Key-value notes (<c>metadata_props</c>).</summary>
    public IDictionary<string, string> Metadata { get; set; } = EmptyMetadata.Instance;
}
