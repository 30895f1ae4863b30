using Onnx.Model;
using Platform.Contracts.Runner.V1;
using Platform.Toolchains.Inspection;
using TensorSpec = Platform.Contracts.Hub.V1.TensorSpec;

namespace Platform.Toolchains.Qnn;

/// <summary>What a QNN file says of itself, under AI Hub's names of metadata (ModelMetadataKey) and some of our own.</summary>
public static class QnnFacts
{
    /// <summary>Key of the chips, numbers separated by commas.</summary>
    public const string SocModel = "QNN_CONTEXT_BIN_SOC_MODEL";

    /// <summary>Key of the stored names of graphs.</summary>
    public const string GraphNames = "QNN_CONTEXT_BIN_GRAPH_NAMES";

    /// <summary>Key of whether graphs share weights: true or false (ours).</summary>
    public const string WeightSharing = "weight_sharing";

    /// <summary>Key of where the context binary of a precompiled ONNX model is: inside its file or archive, or beside it (ours).</summary>
    public const string BinaryPlace = "context_binary";

    /// <summary>The binary is inside.</summary>
    public const string Inside = "inside";

    /// <summary>Key of a linked binary's size, in bytes, were its models compiled alone (ours).</summary>
    public const string BytesApart = "bytes_apart";

    /// <summary>The facts in a response of the QNN program.</summary>
    /// <param name="form">The file's form.</param>
    /// <param name="response">The response.</param>
    /// <param name="options">The job's options; null for a file from elsewhere.</param>
    /// <param name="socs">The chips that were asked for; empty to take those of the response.</param>
    /// <param name="sharesWeights">Whether its graphs share weights; null where that is not known.</param>
    public static ModelFacts Of(ModelForm form, QnnResponse response, QnnOptions? options, IReadOnlyList<Soc> socs, bool? sharesWeights)
    {
        var chips = socs.Count > 0 ? socs : [.. response.SocModels.Select(SocTable.Find).OfType<Soc>()];
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        Add(metadata, "QAIRT_SDK_VERSION", response.BuildId.TrimStart('v'));
        Add(metadata, SocModel, string.Join(',', response.SocModels));
        Add(metadata, "QNN_CONTEXT_BIN_HEXAGON_VERSION", string.Join(',', chips.Select(soc => $"v{soc.Arch}").Distinct()));
        Add(metadata, "soc", string.Join(',', chips.Select(soc => soc.Name)));
        Add(metadata, form == ModelForm.QnnDlc ? "QNN_MODEL_GRAPH_NAMES" : GraphNames, string.Join(',', response.Graphs.Select(graph => graph.Name)));
        Add(metadata, "QNN_CONTEXT_BIN_BACKEND", form == ModelForm.QnnDlc ? "" : "HTP");
        Add(metadata, "QNN_CONTEXT_BIN_VTCM", options?.Provider.GetValueOrDefault("vtcm_mb", "") ?? "");
        Add(metadata, "QNN_CONTEXT_BIN_OPTIMIZATION_LEVEL", options?.Provider.GetValueOrDefault("htp_graph_finalization_optimization_mode", "") ?? "");
        Add(metadata, WeightSharing, sharesWeights is { } shared && form != ModelForm.QnnDlc ? (shared ? "true" : "false") : "");
        Add(metadata, BytesApart, response.BytesApart > 0 ? FormattableString.Invariant($"{response.BytesApart:0}") : "");
        Add(metadata, "onnxruntime", response.OnnxRuntime);
        foreach (var graph in response.Graphs.Where(graph => graph.UserName.Length > 0))
        {
            Add(metadata, $"graph.{graph.UserName}", graph.Name);
        }

        bool several = response.Graphs.Count > 1;
        return new ModelFacts(
            form,
            [.. response.Graphs.SelectMany(graph => graph.Inputs.Select(tensor => ToFacts(tensor, several ? graph.Name : "")))],
            [.. response.Graphs.SelectMany(graph => graph.Outputs.Select(tensor => ToFacts(tensor, several ? graph.Name : "")))],
            metadata);
    }

    /// <summary>An input spec as the contracts have it.</summary>
    public static TensorSpec ToSpec(InputSpec spec)
    {
        var message = new TensorSpec { Name = spec.Name, Dtype = spec.Type.ToNumpyName() };
        message.Shape.AddRange(spec.Shape.Select(dim => checked((int)dim)));
        return message;
    }

    private static TensorFacts ToFacts(TensorSpec spec, string graph) =>
        new(spec.Name, [.. spec.Shape.Select(dim => (long)dim)], spec.Dtype, spec.HasScale ? spec.Scale : null, spec.HasScale ? (long)spec.ZeroPoint : null) { Graph = graph };

    private static void Add(Dictionary<string, string> metadata, string key, string value)
    {
        if (value.Length > 0)
        {
            metadata[key] = value;
        }
    }
}
