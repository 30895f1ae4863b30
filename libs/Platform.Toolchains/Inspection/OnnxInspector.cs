using System.Globalization;
using Onnx.Model;
using Platform.Toolchains.Qnn;

namespace Platform.Toolchains.Inspection;

/// <summary>Reads the face of an ONNX model.</summary>
internal static class OnnxInspector
{
    public static ModelFacts Inspect(string path, ModelForm form)
    {
        using var file = OnnxPackage.Open(path);
        var model = file.Model;
        var initializers = model.Graph.Initializers.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        bool precompiled = model.Graph.Nodes.Exists(node => node.OpType == "EPContext" && node.Domain == OnnxDomain.Microsoft);
        return new ModelFacts(
            precompiled ? ModelForm.PrecompiledQnnOnnx : form,
            [.. model.Graph.Inputs.Where(input => !initializers.Contains(input.Name)).Select(Facts)],
            [.. model.Graph.Outputs.Select(Facts)],
            Metadata(file));
    }

    private static TensorFacts Facts(ValueInfoProto value) => value.Type is TypeProto.Tensor tensor
        ? new TensorFacts(value.Name, [.. (tensor.Shape ?? []).Select(dim => dim.Value ?? -1)], tensor.ElementType.ToNumpyName())
        : new TensorFacts(value.Name, [], value.Type.GetType().Name.ToLowerInvariant());

    private static Dictionary<string, string> Metadata(OnnxPackage file)
    {
        var model = file.Model;
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["ir_version"] = Text(model.IrVersion),
            ["opset"] = Text(model.OpsetVersion(OnnxDomain.Standard)),
            ["producer"] = $"{model.ProducerName} {model.ProducerVersion}".Trim(),
            ["nodes"] = Text(GraphWalk.Graphs(model).Sum(graph => (long)graph.Nodes.Count)),
            ["precision"] = ModelPrecision.Of(model),
            ["parameters"] = Text(GraphWalk.Tensors(model).Sum(tensor => tensor.ElementCount)),
        };
        foreach (var (key, value) in model.Metadata)
        {
            metadata.TryAdd("metadata." + key, value);
        }

        if (EpContextModel.NodesOf(model) is { Count: > 0 } contexts)
        {
            metadata["QAIRT_SDK_VERSION"] = EpContextModel.BuildOf(model).TrimStart('v');
            metadata[QnnFacts.GraphNames] = string.Join(',', contexts.Select(EpContextModel.GraphOf).Distinct());
            metadata[QnnFacts.SocModel] = EpContextModel.SocModelsOf(model);
            metadata[QnnFacts.BinaryPlace] = contexts.Any(EpContextModel.IsEmbedded) || file.IsUnpacked ? QnnFacts.Inside : "beside";
            var socs = metadata[QnnFacts.SocModel].Split(',').Select(text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int id) ? SocTable.Find(id) : null).OfType<Soc>().ToList();
            metadata["QNN_CONTEXT_BIN_HEXAGON_VERSION"] = string.Join(',', socs.Select(soc => $"v{soc.Arch}").Distinct());
            metadata["soc"] = string.Join(',', socs.Select(soc => soc.Name));
        }

        return metadata;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
