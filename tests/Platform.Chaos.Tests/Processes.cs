using System.Globalization;

namespace Platform.Chaos.Tests;

/// <summary>The list of processes, which no fault can falsify.</summary>
internal static class Processes
{
    /// <summary>Processes whose command line or working folder names a text.</summary>
    public static IReadOnlyList<int> Naming(string text) =>
        [.. All().Where(id => Read(id, "cmdline").Contains(text, StringComparison.Ordinal) || Folder(id).Contains(text, StringComparison.Ordinal))];

    public static IEnumerable<int> All() => Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, CultureInfo.InvariantCulture, out _)).Select(name => int.Parse(name!, CultureInfo.InvariantCulture));

    /// <summary>Most CPU seconds and bytes that a process of a program has had, until it is cancelled.</summary>
    public static async Task<(double CpuSeconds, long Bytes)> WatchAsync(string program, CancellationToken stop)
    {
        var (cpu, bytes) = (0.0, 0L);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!stop.IsCancellationRequested)
        {
            foreach (int id in All().Where(id => Read(id, "cmdline").Contains(program, StringComparison.Ordinal)))
            {
                cpu = Math.Max(cpu, CpuSeconds(Read(id, "stat")));
                bytes = Math.Max(bytes, PeakBytes(Read(id, "status")));
            }

            await timer.WaitForNextTickAsync(CancellationToken.None);
        }

        return (cpu, bytes);
    }

    // Hundredths of a second in user and in system mode, behind the name in brackets.
    private static double CpuSeconds(string stat) =>
        stat.Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries) is { Length: > 12 } fields ? (double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture)) / 100 : 0;

    private static long PeakBytes(string status) =>
        status.Split('\n').FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)) is { } line ? long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) << 10 : 0;

    private static string Read(int id, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/{file}").Replace('\0', ' ');
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static string Folder(int id)
    {
        try
        {
            return new FileInfo($"/proc/{id}/cwd").LinkTarget ?? "";
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
