using System.Diagnostics;
using Platform.Sandbox;
using Platform.Sandbox.Bubblewrap;
using TestKit;

namespace PlatformBench;

/// <summary>Starting /bin/true in the sandbox, against bubblewrap with the same arguments; turn about, so that both see the same machine.</summary>
internal static class SandboxStart
{
    private const int Runs = 200;

    public static async Task RunAsync(Report report)
    {
        using var folder = new TempFolder();
        var sandbox = Sandboxes.Create("bubblewrap", TimeProvider.System);
        var request = new SandboxRequest("/bin/true", [], folder.Path, new SandboxLimits(TimeSpan.FromSeconds(30), 1L << 30, 1L << 30, 1 << 20));
        var ours = new List<double>();
        var bare = new List<double>();
        for (int i = -10; i < Runs; i++)
        {
            long began = Stopwatch.GetTimestamp();
            var result = await sandbox.RunAsync(request, CancellationToken.None);
            double mine = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            Assert.True(result.Succeeded);
            double theirs = await BareAsync(request);
            if (i >= 0)
            {
                ours.Add(mine);
                bare.Add(theirs);
            }
        }

        double p95 = Report.Quantile(ours, 0.95);
        double peer = Report.Quantile(bare, 0.95);
        Report.Figure("sandbox start, p95", p95, "ms", "at most 25 ms");
        Report.Peer("bare bwrap with the same arguments, p95", peer, "ms");
        report.Gate("ratio at most 1.5", p95 <= 1.5 * peer, $"{p95 / peer:0.00}");
    }

    // The filter comes on a descriptor, which only a shell can hand on.
    private static async Task<double> BareAsync(SandboxRequest request)
    {
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = request.WorkFolder };
        foreach (string argument in (string[])["-c", $"exec \"$@\" 9<'{SeccompFilter.File}'", "sh", "/usr/bin/bwrap", .. BubblewrapArguments.Of(request)])
        {
            start.ArgumentList.Add(argument);
        }

        long began = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync(), process.WaitForExitAsync());
        Assert.Equal(0, process.ExitCode);
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }
}
