using System.Globalization;
using System.Text;
using Platform.Sandbox.Limits;

namespace Platform.Sandbox.Processes;

/// <summary>
/// The script that a run begins with: joins the control group, sets the limits that a process sets for itself, opens the
/// system call filter, and becomes the program. It holds numbers and paths of our own making only.
/// </summary>
internal static class LimitScript
{
    public static string Text(SandboxLimits limits, ControlGroup? group, string seccompFile)
    {
        var script = new StringBuilder("set -e\n");
        foreach (string file in group?.JoinFiles ?? [])
        {
            script.Append(CultureInfo.InvariantCulture, $"echo 0 >{Quote(file)}\n");
        }

        // Blocks of 512 bytes for files, KiB for data: what POSIX says that ulimit counts in.
        script.Append("ulimit -c 0\n")
            .Append(CultureInfo.InvariantCulture, $"ulimit -n {limits.OpenFiles}\n")
            .Append(CultureInfo.InvariantCulture, $"ulimit -S -t {CpuSeconds(limits)}\nulimit -H -t {CpuSeconds(limits) + CpuGraceSeconds}\n")
            .Append(CultureInfo.InvariantCulture, $"ulimit -f {(limits.OutputBytes / 512) + 1}\n");
        if (group is null)
        {
            // The .NET heap reserves far more address space than it uses, so only written data is bounded here, and generously:
            // the watchdog on resident memory is what decides.
            script.Append(CultureInfo.InvariantCulture, $"ulimit -d {limits.MemoryBytes / 1024 * 2}\n");
        }

        return script.Append(seccompFile.Length > 0 ? $"exec \"$@\" {SeccompDescriptor}<{Quote(seccompFile)}\n" : "exec \"$@\"\n").ToString();
    }

    /// <summary>The descriptor on which the program finds the filter.</summary>
    public const int SeccompDescriptor = 9;

    // The soft limit's signal says why; the hard one's is a plain kill.
    private const int CpuGraceSeconds = 5;

    private static long CpuSeconds(SandboxLimits limits) => (long)Math.Ceiling(limits.Cpu.TotalSeconds);

    private static string Quote(string path) => "'" + path.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
