using System.Runtime.InteropServices;

namespace Hub.Cli.Host;

/// <summary>Signals to child processes.</summary>
internal static partial class Signals
{
    private const int Terminate = 15;

    /// <summary>Asks a process to end (SIGTERM).</summary>
    public static void AskToEnd(int process) => _ = Kill(process, Terminate);

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
