using System.Globalization;
using System.Reflection;
using Platform.ProfilerWorker.Devices;

namespace Platform.ProfilerWorker.Profiling;

/// <summary>Facts of this machine for a profile, each with its value or the reason why there is none.</summary>
internal static class EnvironmentFacts
{
    private const string Frequencies = "/sys/devices/system/cpu/cpu0/cpufreq/";

    public static string WorkerVersion { get; } =
        typeof(EnvironmentFacts).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    public static IReadOnlyDictionary<string, HostFact> Host() => new Dictionary<string, HostFact>
    {
        ["cpu"] = Of(HostFacts.CpuModel(), "/proc/cpuinfo names none"),
        ["architecture"] = Of(HostFacts.Architecture, ""),
        ["processors"] = Of(Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture), ""),
        ["memory_bytes"] = Of(HostFacts.MemoryBytes()?.ToString(CultureInfo.InvariantCulture), "/proc/meminfo does not say"),
        ["os"] = Of(HostFacts.OsName(), "/etc/os-release names none"),
        ["kernel"] = FromFile("/proc/sys/kernel/osrelease"),
        ["governor"] = FromFile(Frequencies + "scaling_governor"),
        ["frequency_khz"] = FromFile(Frequencies + "scaling_cur_freq"),
        ["maximum_frequency_khz"] = FromFile(Frequencies + "cpuinfo_max_freq"),
        ["temperature_millidegrees"] = FromFile("/sys/class/thermal/thermal_zone0/temp"),
        ["uptime_seconds"] = Of(HostFacts.ReadLine("/proc/uptime")?.Split(' ')[0], "/proc/uptime is missing"),
        ["battery"] = FromFile("/sys/class/power_supply/BAT0/capacity"),
    };

    private static HostFact FromFile(string path) => Of(HostFacts.ReadLine(path), $"{path} is missing here");

    private static HostFact Of(string? value, string reason) => new(value, value is null ? reason : null);
}
