using Platform.Contracts.Hub.V1;

namespace Platform.Sandbox;

/// <summary>What the end of a program means when it left no result.</summary>
public static class SandboxFailures
{
    /// <summary>What stands as the reason of a failure whose program died of a signal.</summary>
    public const string Died = "DIED_OF_SIGNAL";

    /// <summary>The reason beside the code; null when the code says it all.</summary>
    /// <param name="ended">How it ended.</param>
    public static string? ReasonOf(SandboxResult ended) => ended.End == SandboxEnd.Crashed ? Died : null;

    /// <summary>The code and the sentence.</summary>
    /// <param name="ended">How it ended.</param>
    /// <param name="program">What it was, for the sentence.</param>
    public static (FailureCode Code, string Message) Describe(SandboxResult ended, string program) => ended.End switch
    {
        SandboxEnd.TimedOut => (FailureCode.TimedOut, $"{program} was stopped after {ended.Wall.TotalSeconds:0} s, its limit"),
        SandboxEnd.OutOfMemory => (FailureCode.OutOfMemory, $"{program} needed more memory than its limit; it had used {ended.PeakMemoryBytes / 1048576} MiB"),
        SandboxEnd.OutputTooLarge => (FailureCode.OutputTooLarge, $"{program} wrote more than its limit"),
        SandboxEnd.Crashed => (FailureCode.ToolCrashed, $"{program} died of signal {ended.ExitCode - 128}"),
        SandboxEnd.Cancelled => (FailureCode.CancelledByUser, $"{program} was stopped"),
        _ => (FailureCode.ToolCrashed, $"{program} ended with code {ended.ExitCode} and without a result"),
    };
}
