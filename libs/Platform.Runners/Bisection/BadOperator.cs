using System.Text.Json.Nodes;

namespace Platform.Runners;

/// <summary>The first operator of a product whose result differs from the source's value of the same name.</summary>
/// <param name="Index">Its place in the product's order.</param>
/// <param name="Type">Its type: CONV_2D, Conv ...</param>
/// <param name="Tensor">The tensor it gives.</param>
/// <param name="SourceNode">The source's node that gives that value: its name and operator.</param>
/// <param name="SnrDb">How far the two are apart.</param>
public sealed record BadOperator(int Index, string Type, string Tensor, string SourceNode, double SnrDb)
{
    /// <summary>As JSON.</summary>
    public JsonObject ToJson() => new() { ["index"] = Index, ["type"] = Type, ["tensor"] = Tensor, ["source_node"] = SourceNode, ["snr_db"] = ParityReport.Number(SnrDb) };
}
