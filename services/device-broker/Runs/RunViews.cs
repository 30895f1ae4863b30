using Google.Protobuf.WellKnownTypes;
using Platform.Contracts.Broker.V1;
using Platform.Contracts.Hub.V1;

namespace Platform.DeviceBroker.Runs;

/// <summary>Runs as messages.</summary>
internal static class RunViews
{
    public static Run ToMessage(StoredRun run, long version) => ToMessage(run, version, BrokerJson.Parse<RunSpec>(run.Spec));

    /// <summary>How a run goes, without what it is: whoever asked for it knows that.</summary>
    public static Run ToReport(StoredRun run, long version) => ToMessage(run, version, spec: null);

    private static Run ToMessage(StoredRun run, long version, RunSpec? spec) => new()
    {
        RunId = run.Id,
        OrganizationId = run.Owner,
        JobId = run.JobId,
        JobEpoch = (uint)run.JobEpoch,
        Spec = spec,
        State = (RunState)((int)run.Phase + 1),
        DeviceId = run.DeviceId ?? "",
        DeviceEpoch = (uint)run.DeviceEpoch,
        Failure = BrokerJson.ParseOrNull<Failure>(run.Failure),
        Result = BrokerJson.ParseOrNull<RunResult>(run.Result),
        Device = BrokerJson.ParseOrNull<Device>(run.Device),
        StartedAt = run.StartedAt?.ToTimestamp(),
        EndedAt = run.EndedAt?.ToTimestamp(),
        Ver = (uint)version,
        TraceParent = run.TraceParent,
        Progress = BrokerJson.ParseOrNull<Progress>(run.Progress),
    };
}
