using System.Runtime.InteropServices;

namespace QnnStep;

/// <summary>CPU time of child processes that have ended, as getrusage(2) counts them.</summary>
internal static partial class ChildClock
{
    private const int Children = -1;

    public static double Seconds()
    {
        long[] usage = new long[18];
        return GetUsage(Children, usage) == 0 ? usage[0] + usage[2] + ((usage[1] + usage[3]) / 1e6) : throw new InvalidOperationException("getrusage failed");
    }

    [LibraryImport("libc", EntryPoint = "getrusage")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetUsage(int who, [In, Out] long[] usage);
}
