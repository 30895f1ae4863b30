using Onnx.Model;
using Platform.Contracts.Hub.V1;

namespace Platform.Toolchains.Qnn;

/// <summary>An ONNX model around a context binary: nodes of the type <c>EPContext</c> (ONNX Runtime, "EP context cache format").</summary>
public static class EpContextModel
{
    // The lowest file format that holds what such a model needs; runtimes on devices are older than the one that compiles.
    private const int IrVersion = 8;
    private const int Opset = 17;
    private const string CompatibilityKey = "ep_compatibility_info.QNNExecutionProvider";
    private const int SocField = 5;
    private const string NodeType = "EPContext";
    private const string Source = "QNNExecutionProvider";

    /// <summary>The nodes that stand for a context binary.</summary>
    public static IReadOnlyList<NodeProto> NodesOf(ModelProto model) =>
        [.. model.Graph.Nodes.Where(node => node.OpType == NodeType && node.Domain == OnnxDomain.Microsoft)];

    /// <summary>The build of the SDK that made the binary; empty where it is not said.</summary>
    public static string BuildOf(ModelProto model) => NodesOf(model).Select(node => node.Text("ep_sdk_version", "")).FirstOrDefault("");

    /// <summary>
    /// The chips of the binary, numbers separated by commas, as the plug-in notes them in the model's metadata
    /// (<c>version:backend:QAIRT:API:arch:soc:vtcm:bf16</c>); empty where it does not.
    /// </summary>
    public static string SocModelsOf(ModelProto model) =>
        model.Metadata.TryGetValue(CompatibilityKey, out string? text) && text.Split(':') is { Length: > SocField } fields ? fields[SocField] : "";

    /// <summary>Whether a node holds its binary itself.</summary>
    public static bool IsEmbedded(NodeProto node) => node.Int("embed_mode", 1) == 1;

    /// <summary>The binary of the model's one main node; empty where it is missing.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">Its file: a binary that is not inside lies beside it, under a plain name.</param>
    public static byte[] BinaryOf(ModelProto model, string path)
    {
        if (NodesOf(model).FirstOrDefault(node => node.Int("main_context", 1) == 1) is not { } main)
        {
            return [];
        }

        if (IsEmbedded(main))
        {
            return main.Attributes.Find(attribute => attribute.Name == "ep_cache_context")?.Value as byte[] ?? [];
        }

        string name = main.Text("ep_cache_context", "");
        string file = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, name);
        return Path.GetFileName(name) == name && File.Exists(file) ? File.ReadAllBytes(file) : [];
    }

    /// <summary>The graph that a node runs.</summary>
    public static string GraphOf(NodeProto node) => node.Text("partition_name", node.Name);

    /// <summary>
    /// Makes the model readable for the runtimes of devices: the lowest file format, and no operator sets but those that are used.
    /// </summary>
    public static void Lower(ModelProto model)
    {
        model.IrVersion = IrVersion;
        model.OpsetImports = [.. model.OpsetImports.Where(opset => opset.Domain is OnnxDomain.Standard or OnnxDomain.Microsoft)];
    }

    /// <summary>Points every node at a file beside the model.</summary>
    public static void PointAt(ModelProto model, string file)
    {
        foreach (var node in NodesOf(model))
        {
            Set(node, AttributeProto.From("ep_cache_context", file));
            Set(node, AttributeProto.From("embed_mode", 0L));
        }
    }

    /// <summary>Wraps a graph of a bare context binary, so that ONNX Runtime runs it.</summary>
    /// <param name="file">The binary, beside the model.</param>
    /// <param name="graph">The graph's stored name.</param>
    /// <param name="inputs">Its inputs.</param>
    /// <param name="outputs">Its outputs.</param>
    public static ModelProto Wrap(string file, string graph, IEnumerable<TensorSpec> inputs, IEnumerable<TensorSpec> outputs)
    {
        var model = new ModelProto
        {
            IrVersion = IrVersion,
            OpsetImports = { new OperatorSetId(OnnxDomain.Standard, Opset), new OperatorSetId(OnnxDomain.Microsoft, 1) },
            Graph = new GraphProto { Name = graph, Inputs = [.. inputs.Select(ToValue)], Outputs = [.. outputs.Select(ToValue)] },
        };
        model.Graph.Nodes.Add(new NodeProto
        {
            OpType = NodeType,
            Domain = OnnxDomain.Microsoft,
            Name = graph,
            Inputs = [.. model.Graph.Inputs.Select(input => input.Name)],
            Outputs = [.. model.Graph.Outputs.Select(output => output.Name)],
            Attributes =
            {
                AttributeProto.From("main_context", 1L), AttributeProto.From("embed_mode", 0L), AttributeProto.From("ep_cache_context", file),
                AttributeProto.From("source", Source), AttributeProto.From("partition_name", graph),
            },
        });
        return model;
    }

    /// <summary>
    /// Takes away what stands between the model's border and its one binary, the roundings of a quantized model: inputs and outputs
    /// become the binary's own.
    /// </summary>
    /// <param name="model">A model with one node of a context binary.</param>
    /// <param name="inputs">The binary's inputs.</param>
    /// <param name="outputs">The binary's outputs.</param>
    public static void Strip(ModelProto model, IEnumerable<TensorSpec> inputs, IEnumerable<TensorSpec> outputs)
    {
        var node = NodesOf(model).Single();
        model.Graph.Inputs = [.. inputs.Select(ToValue)];
        model.Graph.Outputs = [.. outputs.Select(ToValue)];
        node.Inputs = [.. model.Graph.Inputs.Select(input => input.Name)];
        node.Outputs = [.. model.Graph.Outputs.Select(output => output.Name)];
        model.Graph.Nodes = [node];
        model.Graph.Initializers = [];
        model.Graph.ValueInfos = [];
    }

    private static void Set(NodeProto node, AttributeProto attribute)
    {
        node.Attributes.RemoveAll(known => known.Name == attribute.Name);
        node.Attributes.Add(attribute);
    }

    private static ValueInfoProto ToValue(TensorSpec spec) => DataTypes.TryParseNumpyName(spec.Dtype, out var type)
        ? ValueInfoProto.Tensor(spec.Name, type, [.. spec.Shape.Select(dim => Dimension.FromInt64(dim))])
        : throw new OnnxFormatException(OnnxFormatError.Malformed, $"'{spec.Name}' has the type {spec.Dtype}, which ONNX does not have");
}
