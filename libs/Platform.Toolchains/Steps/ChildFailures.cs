using Platform.Contracts.Hub.V1;
using Platform.Sandbox;

namespace Platform.Toolchains.Steps;

/// <summary>What the end of a child process means when it left no result.</summary>
public static class ChildFailures
{
    /// <summary>The coded reason.</summary>
    /// <param name="ended">How it ended.</param>
    /// <param name="program">What it was, for the sentence.</param>
    public static Refusal ToRefusal(SandboxResult ended, string program) => ended.End switch
    {
        SandboxEnd.TimedOut => new Refusal(FailureCode.TimedOut, $"{program} was stopped after {ended.Wall.TotalSeconds:0} s, its limit"),
        SandboxEnd.OutOfMemory => new Refusal(FailureCode.OutOfMemory, $"{program} needed more memory than its limit; it had used {ended.PeakMemoryBytes / 1048576} MiB"),
        SandboxEnd.OutputTooLarge => new Refusal(FailureCode.OutputTooLarge, $"{program} wrote more than its limit"),
        SandboxEnd.Crashed => new Refusal(FailureCode.ToolCrashed, $"{program} died of signal {ended.ExitCode - 128}"),
        SandboxEnd.Cancelled => new Refusal(FailureCode.CancelledByUser, $"{program} was stopped"),
        _ => new Refusal(FailureCode.ToolCrashed, $"{program} ended with code {ended.ExitCode} and without a result"),
    };
}
