using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Gateway.Identity;

/// <summary>An organization as it is stored; it owns itself.</summary>
internal sealed record StoredOrganization
{
    public int Schema { get; init; } = 1;

    public required string Id { get; init; }

    public string Owner => Id;

    public required string Name { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; init; }
}

/// <summary>An API token as it is stored: never its secret, only the secret's hash.</summary>
internal sealed record StoredToken
{
    public int Schema { get; init; } = 1;

    public required string Id { get; init; }

    public required string Owner { get; init; }

    public required string Name { get; init; }

    /// <summary>SHA-256 of the secret: the secret has 256 random bits, so a plain hash gives nothing away (ASVS 6.5.2).</summary>
    public required byte[] SecretHash { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? LastUsedAt { get; init; }

    public bool Revoked { get; init; }

    public bool IsOperator { get; init; }

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; init; }
}
