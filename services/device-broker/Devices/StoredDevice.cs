using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.DeviceBroker.Hosts;

namespace Platform.DeviceBroker.Devices;

/// <summary>What a device is doing. Stored by name: members may be added, never renamed.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeviceState>))]
internal enum DeviceState
{
    Idle,
    Reserved,
    Running,
    Cleaning,
    Offline,
}

/// <summary>How a device is, apart from what it is doing.</summary>
internal enum DeviceHealth
{
    Unknown,
    Good,
    Suspect,
    Bad,
    Maintenance,
    Retired,
}

/// <summary>A device as it is stored. A run is given to it by one compare-and-swap of this document: {run, epoch}.</summary>
internal sealed record StoredDevice
{
    public const string PublicOwner = "public";

    public int Schema { get; init; } = 1;

    public required string Id { get; init; }

    /// <summary>Organization, or <see cref="PublicOwner"/>.</summary>
    public required string Owner { get; init; }

    public required string HostId { get; init; }

    public required string HostBoot { get; init; }

    public required string Name { get; init; }

    public required string Os { get; init; }

    public IReadOnlyList<string> Attributes { get; init; } = [];

    /// <summary>Groups that may be asked for in place of its name: any member is taken.</summary>
    public IReadOnlyList<string> Families { get; init; } = [];

    /// <summary>Chips that it stands in for, as names that may be asked for.</summary>
    public IReadOnlyList<string> Proxies { get; init; } = [];

    public bool Emulated { get; init; }

    public DeviceState State { get; init; } = DeviceState.Idle;

    public DeviceHealth Health { get; init; } = DeviceHealth.Unknown;

    public string HealthReason { get; init; } = "";

    /// <summary>Rises with every run it is given and never falls: at most one run at a time, ever.</summary>
    public long Epoch { get; init; }

    public string? RunId { get; init; }

    /// <summary>The host's call that first said that the run is at it: what an earlier call does not say means nothing.</summary>
    public uint Turn { get; init; }

    public string? RunOwner { get; init; }

    public DateTimeOffset Since { get; init; }

    public required DateTimeOffset SeenAt { get; init; }

    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>Runs in a row that failed for the device's own reasons.</summary>
    public int Failures { get; init; }

    /// <summary>Set while an operator keeps new runs away from it.</summary>
    public OperatorFlag? Drain { get; init; }

    /// <summary>No run before: it failed and rests.</summary>
    public DateTimeOffset? RestsUntil { get; init; }

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; init; }

    /// <summary>Whether it may be given a run.</summary>
    public bool CanTakeRuns(DateTimeOffset now) => State == DeviceState.Idle && IsUsable && !Rests(now);

    /// <summary>Whether it is set aside and has rested: a health check decides.</summary>
    public bool CanBeChecked(DateTimeOffset now) => State == DeviceState.Idle && Drain is null && Health == DeviceHealth.Bad && !Rests(now);

    /// <summary>Whether it waits for the run that it was given under an epoch.</summary>
    public bool IsHeldUnder(long epoch) => Epoch == epoch && State == DeviceState.Reserved;

    private bool Rests(DateTimeOffset now) => RestsUntil > now;

    [JsonIgnore]
    public bool IsUsable => State != DeviceState.Offline && Drain is null && Health is DeviceHealth.Unknown or DeviceHealth.Good or DeviceHealth.Suspect;
}
