using System.Globalization;
using Platform.Contracts.Broker.V1;
using Platform.Contracts.Hub.V1;
using Platform.DeviceBroker.Runs;

namespace Platform.DeviceBroker.Scheduling;

/// <summary>What the scheduler needs to know of a waiting run.</summary>
/// <param name="Id">The run.</param>
/// <param name="Owner">Its organization.</param>
/// <param name="Device">The devices it may run on.</param>
/// <param name="Priority">Higher goes first inside the organization; -100 to 100, more is cut.</param>
/// <param name="QueuedAt">When it began to wait: when its job was submitted, else when it was taken in.</param>
/// <param name="Model">The model's <see cref="KeyOf"/>; 0 for none.</param>
internal sealed record RunOrder(string Id, string Owner, DeviceSelector Device, int Priority, DateTimeOffset QueuedAt, ulong Model)
{
    public static RunOrder Of(StoredRun run) => Of(run, BrokerJson.Parse<RunSpec>(run.Spec));

    /// <summary>The same where the run's spec is at hand.</summary>
    public static RunOrder Of(StoredRun run, RunSpec spec) =>
        new(run.Id, run.Owner, spec.Device ?? new DeviceSelector(), run.Priority, run.SubmittedAt ?? run.QueuedAt, KeyOf(spec.ModelSha256));

    // Eight bytes of the hash instead of 64 characters: two models that share them cost a download, nothing else.
    /// <summary>A short name of a model for comparing where it lies; 0 when the hash is none.</summary>
    public static ulong KeyOf(string sha256) =>
        sha256.Length >= 16 && ulong.TryParse(sha256.AsSpan(0, 16), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong key) ? key : 0;
}
