using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.DeviceBroker.Runs;

/// <summary>States of a run. Stored by name.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RunPhase>))]
internal enum RunPhase
{
    Queued,
    Assigned,
    Running,
    Succeeded,
    Failed,
    Cancelled,
}

/// <summary>A run as it is stored; its id is its job and attempt.</summary>
internal sealed record StoredRun
{
    /// <summary>Owner of the broker's own runs; no organization has such an id.</summary>
    public const string HealthCheckOwner = "system";

    public int Schema { get; init; } = 1;

    public required string Id { get; init; }

    public required string Owner { get; init; }

    public required string JobId { get; init; }

    public required long JobEpoch { get; init; }

    /// <summary><c>broker.v1.RunSpec</c> in proto3 JSON; never changed.</summary>
    public required string Spec { get; init; }

    public RunPhase Phase { get; init; } = RunPhase.Queued;

    /// <summary>When it was taken in.</summary>
    public required DateTimeOffset QueuedAt { get; init; }

    /// <summary>When its job was submitted, never later than <see cref="QueuedAt"/>; null where nobody said.</summary>
    public DateTimeOffset? SubmittedAt { get; init; }

    public int Priority { get; init; }

    public string? DeviceId { get; init; }

    public long DeviceEpoch { get; init; }

    /// <summary>The device as it was when it took the run, <c>hub.v1.Device</c> in proto3 JSON.</summary>
    public string? Device { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary><c>hub.v1.Failure</c> in proto3 JSON.</summary>
    public string? Failure { get; init; }

    /// <summary><c>broker.v1.RunResult</c> in proto3 JSON.</summary>
    public string? Result { get; init; }

    /// <summary><c>hub.v1.Progress</c> in proto3 JSON.</summary>
    public string? Progress { get; init; }

    /// <summary>Whether the gateway still has to hear of the last change.</summary>
    public bool Unreported { get; init; }

    public string TraceParent { get; init; } = "";

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; init; }

    [JsonIgnore]
    public bool HasEnded => Phase >= RunPhase.Succeeded;

    /// <summary>Whether it is the broker's own, about a device and for nobody's job.</summary>
    [JsonIgnore]
    public bool IsHealthCheck => Owner == HealthCheckOwner;

    /// <summary>Whether a device has it under an epoch; epochs of two devices may be equal.</summary>
    public bool IsOn(string deviceId, long deviceEpoch) => !HasEnded && DeviceId == deviceId && DeviceEpoch == deviceEpoch;
}

/// <summary>A piece of a run's log.</summary>
internal sealed record RunLogChunk
{
    public int Schema { get; init; } = 1;

    public required string Id { get; init; }

    public required string Owner { get; init; }

    public required string RunId { get; init; }

    public required long Offset { get; init; }

    public required string Text { get; init; }

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; init; }
}
