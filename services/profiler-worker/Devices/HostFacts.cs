using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Platform.ProfilerWorker.Devices;

/// <summary>What Linux says of this machine. What it does not say is null, never a guess.</summary>
internal static partial class HostFacts
{
    /// <summary>As the kernel calls it: x86_64, aarch64.</summary>
    public static string Architecture => RuntimeInformation.OSArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "x86_64",
        System.Runtime.InteropServices.Architecture.Arm64 => "aarch64",
        var other => other.ToString().ToLowerInvariant(),
    };

    public static string OsVersion() => OsRelease("VERSION_ID") ?? "";

    public static string? OsName() => OsRelease("PRETTY_NAME");

    public static string? CpuModel() => CpuInfo("model name");

    /// <summary>AMD, Intel ... in the vocabulary of device attributes: lower case.</summary>
    public static string? CpuVendor() => CpuInfo("vendor_id") switch
    {
        "GenuineIntel" => "intel",
        "AuthenticAMD" => "amd",
        null => null,
        var other => other.ToLowerInvariant(),
    };

    /// <summary>The processor's name as an attribute's value: letters, digits and dashes.</summary>
    public static string? CpuSlug() => CpuModel() is { } model ? NotSlug().Replace(Trademarks().Replace(model, " ").ToLowerInvariant(), "-").Trim('-') : null;

    /// <summary>The first line of a file of /proc or /sys; null when it is not there.</summary>
    public static string? ReadLine(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadLines(path).FirstOrDefault()?.Trim() : null;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Share of the last ten seconds in which something waited for a processor, in percent.</summary>
    public static double? CpuPressure() => ReadLine("/proc/pressure/cpu") is { } line && Pressure().Match(line) is { Success: true } match
        ? double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)
        : null;

    /// <summary>Load average of the last minute.</summary>
    public static double? LoadAverage() => ReadLine("/proc/loadavg")?.Split(' ') is [var first, ..] ? double.Parse(first, CultureInfo.InvariantCulture) : null;

    /// <summary>Memory of the machine in bytes.</summary>
    public static long? MemoryBytes() => ReadLine("/proc/meminfo") is { } line && Number().Match(line) is { Success: true } match
        ? long.Parse(match.ValueSpan, CultureInfo.InvariantCulture) * 1024
        : null;

    private static string? CpuInfo(string key) => Value("/proc/cpuinfo", key, ':');

    private static string? OsRelease(string key) => Value("/etc/os-release", key, '=')?.Trim('"');

    private static string? Value(string path, string key, char separator) => !File.Exists(path) ? null : File.ReadLines(path)
        .Select(line => line.Split(separator, 2))
        .Where(parts => parts.Length == 2 && parts[0].Trim() == key)
        .Select(parts => parts[1].Trim())
        .FirstOrDefault();

    [GeneratedRegex(@"\((R|TM|r|tm)\)|@.*$|\bCPU\b|\bProcessor\b", RegexOptions.CultureInvariant)]
    private static partial Regex Trademarks();

    [GeneratedRegex("[^a-z0-9]+", RegexOptions.CultureInvariant)]
    private static partial Regex NotSlug();

    [GeneratedRegex(@"avg10=([\d.]+)", RegexOptions.CultureInvariant)]
    private static partial Regex Pressure();

    [GeneratedRegex(@"\d+", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
