using TestKit.Hub;

namespace Platform.Chaos.Tests;

/// <summary>Processes that die at a named place.</summary>
internal static class CrashPoints
{
    /// <summary>Starts a process anew from the build with crash points.</summary>
    /// <returns>The file whose content names the place: it dies there once.</returns>
    public static async Task<string> ArmAsync(ChaosRun run, FarmProcess process)
    {
        string file = FileOf(run, process);
        await process.RestartAsync(new FarmStart { Crashing = true, Environment = new Dictionary<string, string> { ["HUB_CRASH_POINT"] = file } });
        return file;
    }

    private static string FileOf(ChaosRun run, FarmProcess process)
    {
        string file = run.Farm.File($"{process.Name}.crash");
        File.Delete(file);
        return file;
    }
}
