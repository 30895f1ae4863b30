using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Gateway.Jobs;

/// <summary>
/// What a conversion gave; its id is (organization, conversion key), its bytes are kept alive by a reference of their own.
/// </summary>
internal sealed record CachedResult
{
    public int Schema { get; init; } = 1;

    public required string Id { get; init; }

    public required string Owner { get; init; }

    public required JobOutcome Outcome { get; init; }

    public required IReadOnlyList<PlannedStep> Steps { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; init; }

    public static string IdOf(string owner, string key) => $"{owner}.{key}";
}
