using System.Diagnostics;
using System.Text;

namespace TestKit.Servers;

/// <summary>A server that tests start, and that ends with them.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _said;

    private ServerProcess(Process process, string ready, StringBuilder said)
    {
        _process = process;
        _said = said;
        Ready = ready;
    }

    /// <summary>What the line that said it is ready holds after its mark.</summary>
    public string Ready { get; }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>What it has written so far.</summary>
    public string Log
    {
        get
        {
            lock (_said)
            {
                return _said.ToString();
            }
        }
    }

    public static bool IsOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));

    /// <summary>Starts a program and waits for a line that holds <paramref name="mark"/>.</summary>
    public static async Task<ServerProcess> StartAsync(string program, IEnumerable<string> arguments, string mark, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        var ready = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var said = new StringBuilder();
        void Hear(string? line)
        {
            lock (said)
            {
                said.AppendLine(line);
            }

            if (line is not null && line.IndexOf(mark, StringComparison.Ordinal) is >= 0 and var at)
            {
                ready.TrySetResult(line[(at + mark.Length)..].Trim());
            }
        }

        process.OutputDataReceived += (_, line) => Hear(line.Data);
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var first = await Task.WhenAny(ready.Task, process.WaitForExitAsync()).WaitAsync(TimeSpan.FromMinutes(2));
        return first == ready.Task ? new ServerProcess(process, await ready.Task, said) : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with code {(process.HasExited ? process.ExitCode : 0)}: {said}");
    }

    /// <summary>Sends a signal by its name, e.g. STOP.</summary>
    public Task SignalAsync(string signal) => ProcessRun.RunAsync("/bin/kill", ["-s", signal, $"{Id}"]);

    /// <summary>kill -9: only the process, not what it has started, unless <paramref name="tree"/>.</summary>
    public async Task KillAsync(bool tree = false)
    {
        _process.Kill(tree);
        await _process.WaitForExitAsync();
    }

    /// <summary>Waits until it has ended by itself.</summary>
    public Task WaitForEndAsync(TimeSpan patience) => _process.WaitForExitAsync().WaitAsync(patience);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }
}
