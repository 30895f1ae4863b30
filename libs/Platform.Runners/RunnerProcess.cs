using System.Diagnostics;
using System.Text;
using Google.Protobuf;
using Platform.Contracts.Runner.V1;

namespace Platform.Runners;

/// <summary>A runner's process and the conversation with it: one request at a time.</summary>
public sealed class RunnerProcess : IAsyncDisposable
{
    private static readonly JsonParser s_parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    private readonly Process _process;
    private readonly LogTail _log = new();
    private int _requests;

    private RunnerProcess(Process process)
    {
        _process = process;
        process.ErrorDataReceived += (_, line) => _log.Add(line.Data ?? "");
        process.BeginErrorReadLine();
    }

    /// <summary>Whether the process can take a request.</summary>
    public bool IsAlive => !_process.HasExited;

    /// <summary>The end of the runner's log: what the runtimes printed.</summary>
    public string Log => _log.ToString();

    /// <summary>Starts a runner.</summary>
    public static RunnerProcess Start(RunnerProgram program)
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

        return new RunnerProcess(Process.Start(start)!);
    }

    /// <summary>Sends a request and waits for its outcome.</summary>
    /// <exception cref="RunnerCrashedException">The process ended before it answered.</exception>
    /// <exception cref="OperationCanceledException">The wait was given up; the process was ended.</exception>
    public async Task<Event> SendAsync(Request request, CancellationToken cancellation)
    {
        request.Id = (++_requests).ToString(System.Globalization.CultureInfo.InvariantCulture);
        try
        {
            await _process.StandardInput.WriteLineAsync(JsonFormatter.Default.Format(request).AsMemory(), cancellation);
            await _process.StandardInput.FlushAsync(cancellation);
            while (await _process.StandardOutput.ReadLineAsync(cancellation) is { } line)
            {
                var answer = s_parser.Parse<Event>(line);
                if (answer.Id == request.Id && answer.EventCase != Event.EventOneofCase.Progress)
                {
                    return answer;
                }
            }
        }
        catch (OperationCanceledException)
        {
            Kill();
            throw;
        }
        catch (IOException)
        {
            // The pipe broke because the process is gone; its exit code says more.
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        await _process.WaitForExitAsync(cancellation);
        throw new RunnerCrashedException(_process.ExitCode, Log);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Kill();
        _process.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Kill()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }
    }
}
