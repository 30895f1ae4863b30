using System.Text.Json.Nodes;

namespace Onnx.Tflite;

/// <summary>What became of a model.</summary>
/// <param name="Product">The model; null when it was refused.</param>
/// <param name="Refusals">Everything that stands in the way; empty when there is a product.</param>
/// <param name="Warnings">What the caller should know.</param>
/// <param name="Report">What became of each node, and figures of the product.</param>
public sealed record ConversionResult(TfliteModel? Product, IReadOnlyList<ConversionRefusal> Refusals, IReadOnlyList<string> Warnings, JsonObject Report);
