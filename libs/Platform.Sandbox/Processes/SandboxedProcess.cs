using System.Diagnostics;
using Platform.Sandbox.Limits;

namespace Platform.Sandbox.Processes;

/// <summary>
/// One run: starts a small shell script that sets the limits and replaces itself by the program, feeds it, listens to it,
/// watches what it uses, and leaves nothing of it.
/// </summary>
internal sealed class SandboxedProcess(SandboxRequest request, string sandboxedProgram, IReadOnlyList<string> arguments, string seccompFile, TimeProvider clock)
{
    private static readonly TimeSpan s_watch = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_emptying = TimeSpan.FromMilliseconds(2);
    private const int EmptyingLooks = 1000;
    private static int s_count;

    private SandboxEnd? _verdict;

    public async Task<SandboxResult> RunAsync(CancellationToken cancellation)
    {
        string name = $"{Environment.ProcessId}-{Interlocked.Increment(ref s_count)}";
        using var group = ControlGroup.TryCreate(name, request.Limits);
        using var process = new Process { StartInfo = StartInfo(group) };
        long began = clock.GetTimestamp();
        await ForkThread.StartAsync(process);
        var answer = new BoundedLog(request.Limits.AnswerBytes, request.Limits.AnswerBytes);
        var log = new BoundedLog(request.Limits.LogBytes, BoundedLog.LongestLogLine);
        using var ended = new CancellationTokenSource();
        var watching = WatchAsync(process, group, ended.Token, cancellation);
        var pumps = Task.WhenAll(
            answer.PumpAsync(process.StandardOutput, request.OutputLine),
            log.PumpAsync(process.StandardError, request.ErrorLine),
            FeedAsync(process));
        await process.WaitForExitAsync(CancellationToken.None);
        await EmptyAsync(group);
        await pumps;
        await ended.CancelAsync();
        await watching;
        return Judge(process.ExitCode, clock.GetElapsedTime(began), group);
    }

    private ProcessStartInfo StartInfo(ControlGroup? group)
    {
        var start = new ProcessStartInfo("/bin/sh")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = request.WorkFolder,
        };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(LimitScript.Text(request.Limits, group, seccompFile));
        start.ArgumentList.Add("sh");
        start.ArgumentList.Add(sandboxedProgram);
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Clear();
        foreach (var (key, value) in SandboxEnvironment.Of(request))
        {
            start.Environment[key] = value;
        }

        return start;
    }

    private async Task FeedAsync(Process process)
    {
        try
        {
            await process.StandardInput.WriteAsync(request.StandardInput);
            if (request.Converse is not null)
            {
                await process.StandardInput.FlushAsync();

                // A conversation also ends with the program; whoever holds it then hears of its end.
                await Task.WhenAny(request.Converse(process.StandardInput), process.WaitForExitAsync());
            }

            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The program ended without reading its input: its exit code says why.
            return;
        }
    }

    private async Task WatchAsync(Process process, ControlGroup? group, CancellationToken ended, CancellationToken cancellation)
    {
        long began = clock.GetTimestamp();
        using var timer = new PeriodicTimer(s_watch, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ended, cancellation);
        try
        {
            while (await timer.WaitForNextTickAsync(either.Token))
            {
                if (Excess(process, group, clock.GetElapsedTime(began)) is { } excess)
                {
                    End(process, group, excess);
                }
            }
        }
        catch (OperationCanceledException)
        {
            while (!ended.IsCancellationRequested && !process.HasExited)
            {
                End(process, group, SandboxEnd.Cancelled);
                await Task.WhenAny(process.WaitForExitAsync(CancellationToken.None), Task.Delay(s_watch, clock, CancellationToken.None));
            }
        }
    }

    private SandboxEnd? Excess(Process process, ControlGroup? group, TimeSpan elapsed)
    {
        if (elapsed > request.Limits.Wall)
        {
            return SandboxEnd.TimedOut;
        }

        var (bytes, files) = FolderSize.Measure(request.WorkFolder);
        if (bytes > request.Limits.OutputBytes || files > request.Limits.Files)
        {
            return SandboxEnd.OutputTooLarge;
        }

        return group is null && ProcessTree.ResidentBytes(process.Id) > request.Limits.MemoryBytes ? SandboxEnd.OutOfMemory : null;
    }

    private void End(Process process, ControlGroup? group, SandboxEnd verdict)
    {
        bool again = _verdict is not null;
        _verdict ??= verdict;

        // The children first: their parent then collects them and ends by itself. Killed first, it would leave them to a
        // first process of the container that may collect nobody.
        var children = ProcessTree.Descendants(process.Id);
        foreach (int child in children)
        {
            Signals.Kill(child);
        }

        if (again || children.Count == 0)
        {
            Signals.Kill(process.Id);
            group?.KillAll();
        }
    }

    // A killed process is gone a moment after the signal: whoever is told that nothing is left must find nothing.
    private async Task EmptyAsync(ControlGroup? group)
    {
        for (int i = 0; i < EmptyingLooks && group?.KillAll() > 0; i++)
        {
            await Task.Delay(s_emptying, clock, CancellationToken.None);
        }
    }

    private SandboxResult Judge(int exitCode, TimeSpan wall, ControlGroup? group)
    {
        const int SignalBase = 128;
        const int FileSizeSignal = SignalBase + 25;
        const int CpuSignal = SignalBase + 24;
        const int KillSignal = SignalBase + 9;
        var end = _verdict ?? (group?.RanOutOfMemory == true ? SandboxEnd.OutOfMemory : exitCode switch
        {
            FileSizeSignal => SandboxEnd.OutputTooLarge,
            CpuSignal => SandboxEnd.TimedOut,

            // The first process of a namespace does not hear the soft limit's signal: the hard limit ends it.
            KillSignal when wall >= request.Limits.Cpu => SandboxEnd.TimedOut,
            not 0 when FolderSize.Measure(request.WorkFolder).Bytes >= request.Limits.OutputBytes => SandboxEnd.OutputTooLarge,
            > SignalBase => SandboxEnd.Crashed,
            _ => SandboxEnd.Exited,
        });
        return new SandboxResult(end, exitCode, wall, group?.PeakBytes ?? 0);
    }
}
