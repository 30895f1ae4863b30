namespace Hub.Cli;

/// <summary>Exit codes of every command; docs/cli.md lists them.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>A defect of the hub.</summary>
    public const int Bug = 1;

    /// <summary>Refused or failed, with coded reasons on standard error.</summary>
    public const int Refused = 2;

    /// <summary>The command line itself is wrong (sysexits: EX_USAGE).</summary>
    public const int Usage = 64;
}
