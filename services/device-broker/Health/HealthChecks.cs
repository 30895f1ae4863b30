using Platform.DeviceBroker.Devices;
using Platform.DeviceBroker.Runs;
using Platform.DeviceBroker.Scheduling;

namespace Platform.DeviceBroker.Health;

/// <summary>Runs of the broker's own on devices that are set aside: who passes works again.</summary>
internal sealed class HealthChecks(BrokerStore store, RunScheduler scheduler, DeviceLedger devices, TimeProvider clock)
{
    /// <summary>Gives a health check to a device that is due for one; null when it is none, or is tried out with ordinary runs instead.</summary>
    public async Task<(StoredRun Run, StoredDevice Device)?> GiveAsync(StoredDevice device, string boot, CancellationToken cancellation)
    {
        if (!CheckModel.RunsOn(device))
        {
            // Its failures still count: the next one sets it aside again, for longer.
            await devices.UpdateAsync(
                device,
                current => current.CanBeChecked(clock.GetUtcNow()) ? current with { Health = DeviceHealth.Suspect, HealthReason = "it has rested and is tried with a run, since there is no health check for its runtime" } : null,
                cancellation);
            return null;
        }

        string id = $"check-{device.Id}-{device.Epoch + 1}";
        var reserved = await scheduler.ReserveAsync(
            device, id, StoredRun.HealthCheckOwner, boot, current => current.CanBeChecked(clock.GetUtcNow()) && current.Epoch == device.Epoch, cancellation);
        if (reserved is null)
        {
            return null;
        }

        var run = new StoredRun
        {
            Id = id,
            Owner = StoredRun.HealthCheckOwner,
            JobId = "",
            JobEpoch = 0,
            Spec = BrokerJson.Format(CheckModel.Spec()),
            Phase = RunPhase.Assigned,
            QueuedAt = clock.GetUtcNow(),
            DeviceId = reserved.Id,
            DeviceEpoch = reserved.Epoch,
            Device = BrokerJson.Format(DeviceViews.ToMessage(reserved)),
        };

        // A broker that dies here leaves a reservation for no run; it lapses, and the check is due again.
        await store.Runs.For(run.Owner).InsertAsync(run, cancellation);
        return (run, reserved);
    }
}
