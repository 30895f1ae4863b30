namespace Onnx.Model;

/// <summary>One operator call (onnx.proto <c>NodeProto</c>).</summary>
public sealed class NodeProto
{
    /// <summary>Operator name, e.g. <c>Conv</c>.</summary>
    public string OpType { get; set; } = "";

    /// <summary>Operator set; empty and <c>ai.onnx</c> are the same and are stored as empty.</summary>
    public string Domain { get; set; } = "";

    /// <summary>Name for humans; may be empty and need not be unique.</summary>
    public string Name { get; set; } = "";

    /// <summary>Which overload of a local function is called (IR version 10).</summary>
    public string Overload { get; set; } = "";

    /// <summary>Names of the inputs; an empty name is an optional input left out.</summary>
    public List<string> Inputs { get; set; } = [];

    /// <summary>Names of the outputs; an empty name is an optional output left out.</summary>
    public List<string> Outputs { get; set; } = [];

    /// <summary>Attributes in file order.</summary>
    public List<AttributeProto> Attributes { get; set; } = [];

    /// <summary>Free text.</summary>
    public string DocString { get; set; } = "";

    /// <summary>Key-value notes (<c>metadata_props</c>).</summary>
    public IDictionary<string, string> Metadata { get; set; } = EmptyMetadata.Instance;

    /// <summary>The attribute of that name, or null.</summary>
    public AttributeProto? Attribute(string name)
    {
        foreach (var attribute in Attributes)
        {
            if (attribute.Name == name)
            {
                return attribute;
            }
        }

        return null;
    }

    /// <summary>The integer attribute, or the default where it is absent.</summary>
    public long Int(string name, long defaultValue) => Attribute(name)?.Int ?? defaultValue;

    /// <summary>The float attribute, or the default where it is absent.</summary>
    public float Float(string name, float defaultValue) => Attribute(name)?.Float ?? defaultValue;

    /// <summary>The string attribute, or the default where it is absent.</summary>
    public string Text(string name, string defaultValue) => Attribute(name)?.Text ?? defaultValue;

    /// <summary>The integers attribute, or null where it is absent.</summary>
    public long[]? Ints(string name) => Attribute(name)?.Ints;

    /// <summary>The input's name, or empty where it is left out.</summary>
    public string Input(int index) => index < Inputs.Count ? Inputs[index] : "";

    /// <summary>The output's name, or empty where it is left out.</summary>
    public string Output(int index) => index < Outputs.Count ? Outputs[index] : "";
}
