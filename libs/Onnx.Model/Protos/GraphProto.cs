namespace Onnx.Model;

/// <summary>Nodes in topological order with their inputs, outputs and constants (onnx.proto <c>GraphProto</c>).</summary>
public sealed class GraphProto
{
    /// <summary>Name.</summary>
    public string Name { get; set; } = "";

    /// <summary>Nodes; a node comes after all that produce its inputs.</summary>
    public List<NodeProto> Nodes { get; set; } = [];

    /// <summary>Named constants.</summary>
    public List<TensorProto> Initializers { get; set; } = [];

    /// <summary>Named sparse constants.</summary>
    public List<SparseTensorProto> SparseInitializers { get; set; } = [];

    /// <summary>Inputs; in IR version 3 these also list the initializers.</summary>
    public List<ValueInfoProto> Inputs { get; set; } = [];

    /// <summary>Outputs.</summary>
    public List<ValueInfoProto> Outputs { get; set; } = [];

    /// <summary>Types of values in between, where known.</summary>
    public List<ValueInfoProto> ValueInfos { get; set; } = [];

    /// <summary>Free text.</summary>
    public string DocString { get; set; } = "";

    /// <summary>Quantization parameters by tensor (<c>quantization_annotation</c>).</summary>
    public List<TensorAnnotation> QuantizationAnnotations { get; set; } = [];

    /// <summary>Key-value notes (<c>metadata_props</c>).</summary>
    public IDictionary<string, string> Metadata { get; set; } = EmptyMetadata.Instance;
}
