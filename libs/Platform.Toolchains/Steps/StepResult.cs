using System.Text.Json.Nodes;

namespace Platform.Toolchains.Steps;

/// <summary>The end of a step: a product, or the reasons why there is none.</summary>
/// <param name="Product">The converted model; null when refused.</param>
/// <param name="Refusals">Every blocker; empty when converted.</param>
/// <param name="Report">The converter's own report; null when it has none.</param>
/// <param name="Warnings">Sentences the user should see though the step succeeded.</param>
public sealed record StepResult(ModelValue? Product, IReadOnlyList<Refusal> Refusals, JsonObject? Report, IReadOnlyList<string> Warnings)
{
    /// <summary>A success.</summary>
    public static StepResult Converted(ModelValue product, JsonObject? report = null, IReadOnlyList<string>? warnings = null) =>
        new(product, [], report, warnings ?? []);

    /// <summary>A refusal.</summary>
    public static StepResult Refused(params IReadOnlyList<Refusal> refusals) => new(null, refusals, null, []);
}
