using System.Diagnostics;
using System.Globalization;

namespace TfliteConversion;

/// <summary>The most memory of a process that no file stands behind (RssAnon of proc(5)), looked at every few milliseconds.</summary>
internal sealed class PrivateMemory : IDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(5);

    private readonly string _status;
    private readonly Timer _timer;
    private long _most;

    private PrivateMemory(int process)
    {
        _status = $"/proc/{process}/status";
        _timer = new Timer(_ => Look(), null, TimeSpan.Zero, s_interval);
    }

    /// <summary>Runs a program to its end and gives the bytes.</summary>
    public static long Run(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        using var memory = new PrivateMemory(process.Id);
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? Interlocked.Read(ref memory._most) : throw new InvalidOperationException($"{program} ended with {process.ExitCode}");
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        if (Status().FirstOrDefault(text => text.StartsWith("RssAnon:", StringComparison.Ordinal)) is not { } line)
        {
            return;
        }

        long bytes = 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture);
        long before;
        while (bytes > (before = Interlocked.Read(ref _most)) && Interlocked.CompareExchange(ref _most, bytes, before) != before)
        {
            // Another look came between.
        }
    }

    private string[] Status()
    {
        try
        {
            return File.ReadAllLines(_status);
        }
        catch (IOException)
        {
            // It has just ended.
            return [];
        }
    }
}
