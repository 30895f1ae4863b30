namespace Onnx.Model;

/// <summary>A whole model (onnx.proto <c>ModelProto</c>).</summary>
public sealed class ModelProto
{
    /// <summary>Version of the file format, 1 to 13 so far.</summary>
    public long IrVersion { get; set; } = 10;

    /// <summary>The tool that wrote the model.</summary>
    public string ProducerName { get; set; } = "";

    /// <summary>That tool's version.</summary>
    public string ProducerVersion { get; set; } = "";

    /// <summary>The model's own name space.</summary>
    public string Domain { get; set; } = "";

    /// <summary>The model's own version.</summary>
    public long ModelVersion { get; set; }

    /// <summary>Free text.</summary>
    public string DocString { get; set; } = "";

    /// <summary>The main graph.</summary>
    public GraphProto Graph { get; set; } = new();

    /// <summary>Operator sets that the main graph uses.</summary>
    public List<OperatorSetId> OpsetImports { get; set; } = [];

    /// <summary>Functions that the model itself defines.</summary>
    public List<FunctionProto> Functions { get; set; } = [];

    /// <summary>Key-value notes (<c>metadata_props</c>).</summary>
    public IDictionary<string, string> Metadata { get; set; } = new Dictionary<string, string>();

    /// <summary>Version of the operator set of that domain; 0 when it is not imported.</summary>
    /// <param name="domain">Domain; empty (or <c>ai.onnx</c>) for the standard operators.</param>
    public long OpsetVersion(string domain)
    {
        string wanted = OnnxDomain.Normalize(domain);
        foreach (var opset in OpsetImports)
        {
            if (opset.Domain == wanted)
            {
                return opset.Version;
            }
        }

        return 0;
    }
}
