using Platform.Budgets;

namespace Hub.Cli;

/// <summary>Exit codes of every command; docs/cli.md lists them.</summary>
[DataTable("The documented exit codes.")]
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>A defect of the hub.</summary>
    public const int Bug = 1;

    /// <summary>Refused or failed, with coded reasons on standard error.</summary>
    public const int Refused = 2;

    /// <summary>The job ended FAILED.</summary>
    public const int JobFailed = 3;

    /// <summary>The job was cancelled.</summary>
    public const int JobCancelled = 4;

    /// <summary>A gate (<c>--fail-if</c>) was not passed.</summary>
    public const int GateFailed = 5;

    /// <summary>The hub cannot be reached.</summary>
    public const int Unreachable = 6;

    /// <summary>The command line itself is wrong (sysexits: EX_USAGE).</summary>
    public const int Usage = 64;
}
