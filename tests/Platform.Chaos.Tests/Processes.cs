using System.Globalization;

namespace Platform.Chaos.Tests;

/// <summary>The list of processes, which no fault can falsify.</summary>
internal static class Processes
{
    /// <summary>Processes whose command line or working folder names a text.</summary>
    public static IReadOnlyList<int> Naming(string text) =>
        [.. All().Where(id => Read(id, "cmdline").Contains(text, StringComparison.Ordinal) || Folder(id).Contains(text, StringComparison.Ordinal))];

    public static IEnumerable<int> All() => Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, CultureInfo.InvariantCulture, out _)).Select(name => int.Parse(name!, CultureInfo.InvariantCulture));

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
