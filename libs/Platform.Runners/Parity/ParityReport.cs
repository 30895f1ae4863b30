using System.Globalization;
using System.Text.Json.Nodes;

namespace Platform.Runners;

/// <summary>How far two models' outputs are apart.</summary>
/// <param name="SourceRuntime">What ran the source, with its version.</param>
/// <param name="ProductRuntime">What ran the product.</param>
/// <param name="Samples">How many inputs both got.</param>
/// <param name="Seed">The first seed.</param>
/// <param name="Outputs">Figures of each output.</param>
public sealed record ParityReport(string SourceRuntime, string ProductRuntime, int Samples, int Seed, IReadOnlyList<OutputParity> Outputs)
{
    /// <summary>What a float32 product has to reach on every output, in dB.</summary>
    public const double Float32LimitDb = 60;

    /// <summary>The lowest signal-to-noise ratio of all outputs; infinite when all are equal.</summary>
    public double WorstSnrDb => Outputs.Select(output => output.SnrDb).DefaultIfEmpty(double.PositiveInfinity).Min();

    /// <summary>Whether every output has at least this signal-to-noise ratio.</summary>
    public bool Meets(double limitDb) => WorstSnrDb >= limitDb;

    /// <summary>The report as JSON; infinite figures are the texts Infinity and -Infinity, as proto3 JSON writes them.</summary>
    public JsonObject ToJson() => new()
    {
        ["source_runtime"] = SourceRuntime,
        ["product_runtime"] = ProductRuntime,
        ["samples"] = Samples,
        ["seed"] = Seed,
        ["worst_snr_db"] = Number(WorstSnrDb),
        ["outputs"] = new JsonArray([.. Outputs.Select(output => (JsonNode)new JsonObject
        {
            ["name"] = output.Name,
            ["dtype"] = output.Dtype,
            ["shape"] = new JsonArray([.. output.Shape.Select(dim => (JsonNode)JsonValue.Create(dim))]),
            ["max_abs"] = Number(output.MaxAbs),
            ["max_relative"] = Number(output.MaxRelative),
            ["snr_db"] = Number(output.SnrDb),
            ["cosine"] = Number(output.Cosine),
        })]),
    };

    internal static JsonValue Number(double value) =>
        double.IsFinite(value) ? JsonValue.Create(value) : JsonValue.Create(value.ToString(CultureInfo.InvariantCulture))!;
}

/// <summary>Figures of one output, the worst of all samples each.</summary>
/// <param name="Name">Its name in the source.</param>
/// <param name="Dtype">Its element type in the product, as numpy names it.</param>
/// <param name="Shape">Its shape in the source.</param>
/// <param name="MaxAbs">The largest absolute difference.</param>
/// <param name="MaxRelative">The same as a share of the range (max - min) of the source's values.</param>
/// <param name="SnrDb">Signal-to-noise ratio in dB: 10 log10(sum x^2 / sum (x - y)^2); infinite when all elements are equal, minus infinity when only one of the two is finite somewhere.</param>
/// <param name="Cosine">Cosine of the angle between the two; 1 when both are zero everywhere.</param>
public sealed record OutputParity(string Name, string Dtype, IReadOnlyList<long> Shape, double MaxAbs, double MaxRelative, double SnrDb, double Cosine);
