namespace Platform.Runners;

/// <summary>The runner's process ended while it worked on a request.</summary>
/// <param name="exitCode">Its exit code; 128 and a signal's number when a signal ended it.</param>
/// <param name="log">The last lines of its log.</param>
public sealed class RunnerCrashedException(int exitCode, string log) : Exception($"the runner ended with code {exitCode}: {LastLine(log)}")
{
    /// <summary>Its exit code.</summary>
    public int ExitCode => exitCode;

    /// <summary>The last lines of its log.</summary>
    public string Log => log;

    private static string LastLine(string log) => log.Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault() ?? "no message";
}
