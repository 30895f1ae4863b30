using Platform.DeviceBroker.Devices;
using Platform.DeviceBroker.Runs;
using Platform.Store;

namespace Platform.DeviceBroker.Scheduling;

/// <summary>Gives runs to devices. The decision is one compare-and-swap of the device; the run follows from it.</summary>
internal sealed class RunScheduler(BrokerStore store, RunQueue queue, DeviceLedger devices, TimeProvider clock)
{
    // Once another broker was faster it is looked first, for so long: to take a device back costs more.
    private static readonly TimeSpan s_afterLoss = TimeSpan.FromSeconds(10);

    private DateTimeOffset _looksUntil;

    /// <summary>Finds a run for an idle device and gives it; null when none wants it.</summary>
    /// <param name="device">The device.</param>
    /// <param name="boot">The boot of its host that the run is given to.</param>
    /// <param name="staged">Models that lie on its host.</param>
    /// <param name="cancellation">Cancellation.</param>
    public async Task<(StoredRun Run, StoredDevice Device)?> GiveAsync(StoredDevice device, string boot, IReadOnlySet<ulong> staged, CancellationToken cancellation)
    {
        while (device.CanTakeRuns(clock.GetUtcNow()) && queue.Take(device, staged) is { } grant)
        {
            bool settled = false;
            try
            {
                // Another broker may have given it away; then its queue was ahead of ours, nothing more.
                var runs = store.Runs.For(grant.Order.Owner);
                var read = clock.GetUtcNow() >= _looksUntil && runs.Recent(grant.Order.Id) is { Value.Phase: RunPhase.Queued } written ? written : await runs.GetAsync(grant.Order.Id, cancellation);
                if (read is { Value: { Phase: RunPhase.Queued } run })
                {
                    var reserved = await ReserveAsync(device, run.Id, run.Owner, boot, current => current.CanTakeRuns(clock.GetUtcNow()), cancellation);
                    if (reserved is null)
                    {
                        return null;
                    }

#if CRASH_POINTS
                    Crashing.CrashPoint.Reached("device.reserved");
#endif
                    if (await AssignAsync(read, reserved, cancellation) is { } assigned)
                    {
                        settled = true;
                        queue.Granted(reserved, grant);

                        // The gateway hears of it from the host's next word, a moment later, or from the scan.
                        return (assigned.Value, reserved);
                    }
                }

                _looksUntil = clock.GetUtcNow() + s_afterLoss;
                settled = true;
                queue.Forget(grant);
            }
            finally
            {
                if (!settled)
                {
                    queue.GiveBack(grant);
                }
            }
        }

        return null;
    }

    /// <summary>The decision: the device goes to a run, under a new epoch. Null when it is not free any more.</summary>
    public async Task<StoredDevice?> ReserveAsync(StoredDevice device, string runId, string owner, string boot, Func<StoredDevice, bool> free, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var reserved = await devices.UpdateAsync(
            device,
            current => !free(current) ? null : current with
            {
                State = DeviceState.Reserved,
                HostBoot = boot,
                Epoch = current.Epoch + 1,
                RunId = runId,
                RunOwner = owner,
                Turn = 0,
                Since = now,
                LastUsedAt = now,
            },
            cancellation);
        return reserved?.Value;
    }

    private async Task<Versioned<StoredRun>?> AssignAsync(Versioned<StoredRun> read, StoredDevice reserved, CancellationToken cancellation)
    {
        var assigned = await store.Runs.For(read.Value.Owner).UpdateAsync(
            read,
            current => current.Phase != RunPhase.Queued ? null : current with
            {
                Phase = RunPhase.Assigned,
                DeviceId = reserved.Id,
                DeviceEpoch = reserved.Epoch,
                Device = BrokerJson.Format(DeviceViews.ToMessage(reserved)),
                Unreported = true,
            },
            cancellation);
        if (assigned is null)
        {
            await devices.ReleaseAsync(reserved, cancellation);
        }

        return assigned;
    }
}
