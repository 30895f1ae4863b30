using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Gateway.Jobs;

/// <summary>A conversion report or a profile, as the worker sent it.</summary>
internal sealed record StoredReport
{
    public int Schema { get; init; } = 1;

    public required string Id { get; init; }

    public required string Owner { get; init; }

    public required string Json { get; init; }

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; init; }

    /// <summary>Writes a report under the attempt's own id: repeating it changes nothing.</summary>
    public static async Task<string?> SaveAsync(GatewayStore store, string owner, string jobId, long epoch, string json, CancellationToken cancellation)
    {
        if (json.Length == 0)
        {
            return null;
        }

        string id = Attempt.IdOf(jobId, epoch);
        await store.Reports.For(owner).InsertAsync(new StoredReport { Id = id, Owner = owner, Json = json }, cancellation);
        return id;
    }
}
