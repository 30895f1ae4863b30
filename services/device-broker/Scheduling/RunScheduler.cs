using Platform.Contracts.Broker.V1;
using Platform.Contracts.Hub.V1;
using Platform.DeviceBroker.Devices;
using Platform.DeviceBroker.Runs;
using Platform.Store;

namespace Platform.DeviceBroker.Scheduling;

/// <summary>Gives runs to devices. The decision is one compare-and-swap of the device; the run follows from it.</summary>
internal sealed class RunScheduler(BrokerStore store, DeviceLedger devices, RunReporter reporter, TimeProvider clock)
{
    private const int Scanned = 500;

    /// <summary>Finds a run for an idle device and gives it; null when none wants it.</summary>
    public async Task<(StoredRun Run, StoredDevice Device)?> GiveAsync(StoredDevice device, CancellationToken cancellation)
    {
        var queue = await store.Runs.AsSystem().QueryAsync("queued", ReadOnlyMemory<object>.Empty, new PageRequest(Scanned), cancellation);
        var running = await RunningByOwnerAsync(cancellation);
        var wanted = queue.Items.Select(item => item.Value)
            .Where(run => DeviceLedger.MayUse(run.Owner, device) && DeviceMatching.Matches(device, BrokerJson.Parse<RunSpec>(run.Spec).Device ?? new DeviceSelector()))
            .OrderByDescending(run => run.Priority).ThenBy(run => running.GetValueOrDefault(run.Owner)).ThenBy(run => run.QueuedAt);
        foreach (var run in wanted)
        {
            if (await ReserveAsync(device, run, cancellation) is { } given)
            {
                return given;
            }
        }

        return null;
    }

    private async Task<(StoredRun Run, StoredDevice Device)?> ReserveAsync(StoredDevice device, StoredRun run, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var reserved = await devices.UpdateAsync(
            device,
            current => current.State != DeviceState.Idle || !current.IsUsable ? null : current with
            {
                State = DeviceState.Reserved,
                Epoch = current.Epoch + 1,
                RunId = run.Id,
                RunOwner = run.Owner,
                Since = now,
                LastUsedAt = now,
            },
            cancellation);
        if (reserved is null)
        {
            return null;
        }

        var assigned = await store.Runs.For(run.Owner).UpdateAsync(
            run.Id,
            current => current.Phase != RunPhase.Queued ? null : current with
            {
                Phase = RunPhase.Assigned,
                DeviceId = device.Id,
                DeviceEpoch = reserved.Value.Epoch,
                Device = BrokerJson.Format(DeviceViews.ToMessage(reserved.Value)),
                Unreported = true,
            },
            cancellation);
        if (assigned is null)
        {
            await devices.UpdateAsync(device, current => current.Epoch == reserved.Value.Epoch ? current with { State = DeviceState.Idle, RunId = null, RunOwner = null } : null, cancellation);
            return null;
        }

        reporter.Ring(run.Owner, run.Id);
        return (assigned.Value, reserved.Value);
    }

    private async Task<Dictionary<string, int>> RunningByOwnerAsync(CancellationToken cancellation)
    {
        var page = await store.Runs.AsSystem().QueryAsync("active", ReadOnlyMemory<object>.Empty, new PageRequest(PageRequest.LargestLimit), cancellation);
        return page.Items.Where(item => item.Value.Phase != RunPhase.Queued).GroupBy(item => item.Value.Owner).ToDictionary(group => group.Key, group => group.Count());
    }
}
