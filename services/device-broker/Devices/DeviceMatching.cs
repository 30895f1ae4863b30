using System.Globalization;
using Platform.Contracts.Hub.V1;

namespace Platform.DeviceBroker.Devices;

/// <summary>Which devices a selector means (AI Hub's rules): exact name of a device, family or proxy, version or interval of the system, all attributes.</summary>
internal static class DeviceMatching
{
    public static bool Matches(StoredDevice device, DeviceSelector selector) =>
        (selector.Name.Length == 0 || device.Name == selector.Name || device.Families.Contains(selector.Name) || device.Proxies.Contains(selector.Name))
        && MatchesVersion(device.Os, selector.Os)
        && selector.Attributes.All(device.Attributes.Contains);

    /// <summary>"" is any, "14" is that version, "[12,14)" is an interval closed on the left and open on the right; either side may be empty.</summary>
    public static bool MatchesVersion(string version, string wanted)
    {
        if (wanted.Length == 0 || version == wanted)
        {
            return true;
        }

        if (!wanted.StartsWith('[') || !wanted.EndsWith(')') || wanted.Split(',') is not [var from, var to])
        {
            return false;
        }

        var actual = VersionOf(version);
        from = from[1..].Trim();
        to = to[..^1].Trim();
        return (from.Length == 0 || actual >= VersionOf(from)) && (to.Length == 0 || actual < VersionOf(to));
    }

    private static Version VersionOf(string text)
    {
        var numbers = text.Split('.').Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0).Concat([0, 0]).Take(4).ToArray();
        return new Version(string.Join('.', numbers));
    }
}
