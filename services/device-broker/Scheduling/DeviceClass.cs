using Platform.DeviceBroker.Devices;

namespace Platform.DeviceBroker.Scheduling;

/// <summary>Devices that no selector tells apart: matched once.</summary>
internal sealed class DeviceClass(string key, StoredDevice sample)
{
    private readonly Dictionary<string, int> _hosts = new(StringComparer.Ordinal);

    public string Key => key;

    public string Name => sample.Name;

    public string Owner => sample.Owner;

    /// <summary>Shapes of runs that such a device may take.</summary>
    public IndexSet Shapes { get; } = new();

    /// <summary>Grants since one went to a run that had waited too long.</summary>
    public int SincePromotion { get; set; }

    /// <summary>Devices, those that are online and healthy, and those of them that are idle.</summary>
    public int Devices { get; set; }

    public int Usable { get; set; }

    public int Idle { get; set; }

    /// <summary>Hosts that reach one or more of them.</summary>
    public IReadOnlyCollection<string> Hosts => _hosts.Keys;

    public bool IsOpenTo(string organization) => Owner == StoredDevice.PublicOwner || Owner == organization;

    public void Consider(Shape shape) => Shapes.Set(shape.Index, DeviceMatching.Matches(sample, shape.Selector));

    /// <summary>So many more of a host's devices are of this kind.</summary>
    public void CountHost(string host, int by)
    {
        int devices = _hosts.GetValueOrDefault(host) + by;
        if (devices > 0)
        {
            _hosts[host] = devices;
        }
        else
        {
            _hosts.Remove(host);
        }
    }

    public static string KeyOf(StoredDevice device) => string.Join('\n', [device.Owner, device.Name, device.Os, .. device.Attributes, "", .. device.Families, "", .. device.Proxies]);
}
