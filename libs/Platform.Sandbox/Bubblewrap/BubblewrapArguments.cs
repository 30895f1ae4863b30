using System.Globalization;
using Platform.Sandbox.Processes;

namespace Platform.Sandbox.Bubblewrap;

/// <summary>What a sandboxed program gets to see: an explicit list, everything else does not exist.</summary>
internal static class BubblewrapArguments
{
    private const int NobodyId = 65534;
    private const int TemporaryBytes = 256 << 20;

    private static readonly string[] s_system = ["/usr", "/lib", "/lib64", "/lib32", "/bin", "/sbin", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/alternatives", "/etc/localtime"];

    private static readonly string[] s_kernelSettings = ["/proc/sys", "/proc/sysrq-trigger", "/proc/irq", "/proc/bus", "/proc/acpi", "/proc/fs", "/proc/scsi"];

    public static IReadOnlyList<string> Of(SandboxRequest request)
    {
        List<string> arguments =
        [
            "--unshare-all", "--unshare-user", "--die-with-parent", "--new-session", "--as-pid-1",
            "--uid", Number(NobodyId), "--gid", Number(NobodyId), "--hostname", "sandbox", "--cap-drop", "ALL",
            "--proc", "/proc", "--dev", "/dev", "--size", Number(TemporaryBytes), "--tmpfs", "/tmp",
            "--seccomp", Number(LimitScript.SeccompDescriptor),
        ];
        // A hub that runs as root runs its children as root without capabilities, and kernel settings ask for no capability.
        foreach (string path in s_kernelSettings.Where(Path.Exists))
        {
            arguments.AddRange(["--ro-bind", path, path]);
        }

        foreach (string path in s_system.Where(Path.Exists))
        {
            AddSystemPath(arguments, path);
        }

        foreach (string path in request.ReadOnly.Append(DotnetRoot.Path).Append(Path.GetDirectoryName(request.Program)!).Distinct().Where(path => !path.StartsWith("/usr/", StringComparison.Ordinal)))
        {
            arguments.AddRange(["--ro-bind-try", path, path]);
        }

        arguments.AddRange(["--bind", request.WorkFolder, SandboxRequest.InsideWorkFolder, "--remount-ro", "/", "--chdir", SandboxRequest.InsideWorkFolder, "--", request.Program]);
        arguments.AddRange(request.Arguments);
        return arguments;
    }

    // Merged-usr systems have links such as /lib -> usr/lib: the link is made anew, not what it points to.
    private static void AddSystemPath(List<string> arguments, string path)
    {
        if (new FileInfo(path).LinkTarget is { } target && path.LastIndexOf('/') == 0)
        {
            arguments.AddRange(["--symlink", target, path]);
        }
        else
        {
            arguments.AddRange(["--ro-bind", path, path]);
        }
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
