using Google.Protobuf.WellKnownTypes;
using Platform.Contracts.Broker.V1;
using Platform.Contracts.Hub.V1;
using Platform.DeviceBroker.Devices;
using Platform.DeviceBroker.Runs;
using Platform.ServiceDefaults;
using Platform.Store;

namespace Platform.DeviceBroker.Hosts;

/// <summary>What operators see of the farm, and do to it.</summary>
internal sealed class FarmOperation(BrokerStore store, DeviceLedger devices, RunService runs)
{
    /// <summary>What waits, by the device that is asked for.</summary>
    public async Task<QueueList> QueuesAsync(CancellationToken cancellation)
    {
        var list = new QueueList();
        list.Queues.AddRange((await QueuedAsync(cancellation)).GroupBy(run => Describe(BrokerJson.Parse<RunSpec>(run.Spec).Device)).Select(queue => new WorkQueue
        {
            Kind = "device_class",
            Name = queue.Key,
            Waiting = queue.Count(),
            Organizations = queue.Select(run => run.Owner).Distinct().Count(),
            OldestAt = queue.Min(run => run.QueuedAt).ToTimestamp(),
        }).OrderBy(queue => queue.Name, StringComparer.Ordinal));
        return list;
    }

    private async Task<List<StoredRun>> QueuedAsync(CancellationToken cancellation)
    {
        var queued = new List<StoredRun>();
        IndexPosition? after = null;
        do
        {
            var page = await store.Runs.AsSystem().QueryAsync("active", ReadOnlyMemory<object>.Empty, new PageRequest(PageRequest.LargestLimit, After: after), cancellation);
            queued.AddRange(page.Items.Select(item => item.Value).Where(run => run.Phase == RunPhase.Queued));
            after = page.Next;
        }
        while (after is not null);
        return queued;
    }

    public async Task<FarmDeviceList> DevicesAsync(CancellationToken cancellation)
    {
        var page = await store.Devices.AsSystem().QueryAsync("name", ReadOnlyMemory<object>.Empty, new PageRequest(PageRequest.LargestLimit), cancellation);
        var list = new FarmDeviceList();
        list.Devices.AddRange(page.Items.Select(item => item.Value).Select(device => new FarmDevice
        {
            Device = DeviceViews.ToMessage(device),
            HostId = device.HostId,
            Drain = device.Drain?.ToMessage(),
            RunId = device.RunId ?? "",
            OrganizationId = device.RunOwner ?? "",
            Since = device.Since.ToTimestamp(),
            SeenAt = device.SeenAt.ToTimestamp(),
            Failures = device.Failures,
        }));
        return list;
    }

    public async Task SetDrainAsync(SetDrainRequest request, CancellationToken cancellation)
    {
        var flag = OperatorFlag.Of(request.Drain);
        bool there = request.Part == FarmPart.FarmDevice
            ? await devices.FindAsync(request.Id, cancellation) is { } device && await devices.UpdateAsync(device, current => current with { Drain = flag }, cancellation) is not null
            : await store.Hosts.For(StoredHost.SystemOwner).UpdateAsync(request.Id, host => host with { Drain = flag }, cancellation) is not null;
        if (!there)
        {
            throw new FailureException(FailureCode.NotFound, $"there is no {(request.Part == FarmPart.FarmDevice ? "device" : "farm host")} {request.Id}");
        }
    }

    /// <summary>Ends a run that is on a device; the device is told to stop and is cleaned.</summary>
    public async Task<Run> KillAsync(KillRunRequest request, CancellationToken cancellation)
    {
        var run = (await store.Runs.For(request.OrganizationId).GetAsync(request.RunId, cancellation))?.Value;
        var killed = Failures.Of(FailureCode.AttemptKilled, request.Reason);
        bool ended = run is { Phase: RunPhase.Assigned or RunPhase.Running } && await runs.EndAsync(run.Owner, run.Id, run.DeviceEpoch, RunPhase.Failed, null, killed, cancellation);
        return ended ? await runs.GetAsync(request.OrganizationId, request.RunId, cancellation) : throw new FailureException(FailureCode.NoAttempt, $"run {request.RunId} is on no device");
    }

    private static string Describe(DeviceSelector? wanted)
    {
        if (wanted is null)
        {
            return "any";
        }

        string text = string.Join(' ', new[] { wanted.Name, wanted.Os.Length > 0 ? $"os:{wanted.Os}" : "" }.Concat(wanted.Attributes.Order(StringComparer.Ordinal)).Where(part => part.Length > 0));
        return text.Length > 0 ? text : "any";
    }
}
