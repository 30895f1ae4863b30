using System.Diagnostics;
using System.Runtime.InteropServices;

namespace TfliteConversion;

/// <summary>CPU time and memory of child processes that have ended, as getrusage(2) counts them.</summary>
internal static partial class ChildClock
{
    private const int Children = -1;

    /// <summary>Runs a program and gives its CPU seconds.</summary>
    public static double Run(string program, string[] arguments, string input = "")
    {
        double before = Seconds();
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true })!;
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        string output = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? Seconds() - before : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {output}");
    }

    /// <summary>The most resident bytes of any child so far.</summary>
    public static long PeakBytes() => Usage()[4] * 1024;

    private static double Seconds()
    {
        long[] usage = Usage();
        return usage[0] + usage[2] + ((usage[1] + usage[3]) / 1e6);
    }

    private static long[] Usage()
    {
        long[] usage = new long[18];
        return GetUsage(Children, usage) == 0 ? usage : throw new InvalidOperationException("getrusage failed");
    }

    [LibraryImport("libc", EntryPoint = "getrusage")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetUsage(int who, [In, Out] long[] usage);
}
