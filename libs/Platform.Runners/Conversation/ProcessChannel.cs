using System.Diagnostics;
using System.Text;
using Platform.Contracts.Hub.V1;

namespace Platform.Runners;

/// <summary>A runner as a child of this process.</summary>
public sealed class ProcessChannel : IRunnerChannel
{
    private readonly Process _process;
    private readonly BoundedLines _lines;
    private readonly LogTail _log = new();
    private bool _disposed;

    private ProcessChannel(Process process)
    {
        _process = process;
        _lines = new BoundedLines(process.StandardOutput);
        process.ErrorDataReceived += (_, line) => _log.Add(line.Data ?? "");
        process.BeginErrorReadLine();
    }

    /// <summary>Starts a runner.</summary>
    /// <exception cref="RunnerFailureException">RUNTIME_MISSING when the program cannot be started.</exception>
    public static ProcessChannel Start(RunnerProgram program)
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var start = new ProcessStartInfo(program.Path)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = utf8,
            StandardOutputEncoding = utf8,
        };
        foreach (var (name, value) in program.Environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            return new ProcessChannel(Process.Start(start)!);
        }
        catch (System.ComponentModel.Win32Exception problem)
        {
            throw new RunnerFailureException(FailureCode.RuntimeMissing, $"{program.Path} does not start: {problem.Message}");
        }
    }

    /// <inheritdoc/>
    public async Task SendAsync(string line, CancellationToken cancellation)
    {
        await _process.StandardInput.WriteLineAsync(line.AsMemory(), cancellation);
        await _process.StandardInput.FlushAsync(cancellation);
    }

    /// <inheritdoc/>
    public Task<string?> ReceiveAsync(CancellationToken cancellation) => _lines.ReadAsync(cancellation);

    /// <inheritdoc/>
    public async Task<RunnerEnd> EndAsync(CancellationToken cancellation)
    {
        await _process.WaitForExitAsync(cancellation);
        string log = _log.ToString();
        string last = log.Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault() ?? "it printed nothing";
        return new RunnerEnd(FailureCode.RunnerCrashed, $"the runner ended with code {_process.ExitCode}: {last}", log);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }
}
