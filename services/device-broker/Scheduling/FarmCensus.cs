using Platform.DeviceBroker.Devices;

namespace Platform.DeviceBroker.Scheduling;

/// <summary>How many devices of each kind there are and how they are, as last seen.</summary>
internal sealed class FarmCensus(MatchTable match)
{
    private readonly Dictionary<string, Entry> _known = new(StringComparer.Ordinal);

    public void Observe(StoredDevice device)
    {
        if (_known.Remove(device.Id, out var before))
        {
            Count(before, -1);
        }

        if (device.Health != DeviceHealth.Retired)
        {
            var entry = new Entry(match.ClassOf(device), device.HostId, device.IsUsable, device.IsUsable && device.State == DeviceState.Idle);
            _known[device.Id] = entry;
            Count(entry, 1);
        }
    }

    private static void Count(Entry entry, int by)
    {
        entry.Class.Devices += by;
        entry.Class.CountHost(entry.Host, by);
        entry.Class.Usable += entry.Usable ? by : 0;
        entry.Class.Idle += entry.Idle ? by : 0;
    }

    private readonly record struct Entry(DeviceClass Class, string Host, bool Usable, bool Idle);
}
