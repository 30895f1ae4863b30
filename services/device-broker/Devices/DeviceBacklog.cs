using Platform.DeviceBroker.Scheduling;
using Platform.ServiceDefaults;

namespace Platform.DeviceBroker.Devices;

/// <summary>Runs that a usable device could take, by the device's name, and the devices at work and idle.</summary>
internal sealed class DeviceBacklog(RunQueue queue)
{
    public IReadOnlyList<BacklogSample> Read() =>
    [
        .. queue.Backlog().SelectMany(kind => (BacklogSample[])
        [
            Sample(BacklogGauges.Runnable, kind.Name, kind.Runnable),
            Sample(BacklogGauges.Busy, kind.Name, kind.Usable - kind.Idle),
            Sample(BacklogGauges.Free, kind.Name, kind.Idle),
        ]),
    ];

    private static BacklogSample Sample(string gauge, string name, int count) => new(gauge, "device_class", name, count);
}
