using Platform.Contracts.Hub.V1;
using Platform.Sandbox;

namespace Platform.Runners;

/// <summary>A runner inside a sandbox.</summary>
public sealed class SandboxChannel : IRunnerChannel
{
    private readonly ConversationChannel _conversation = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly LogTail _log = new();
    private readonly Task _run;
    private bool _disposed;

    private SandboxChannel(ISandbox sandbox, SandboxRequest request) => _run = RunAsync(sandbox, request);

    /// <summary>Starts a runner.</summary>
    /// <param name="sandbox">The sandbox.</param>
    /// <param name="request">The program and its limits; what it says about lines and the conversation is replaced, its own listeners hear them too.</param>
    public static SandboxChannel Start(ISandbox sandbox, SandboxRequest request) => new(sandbox, request);

    /// <inheritdoc/>
    public Task SendAsync(string line, CancellationToken cancellation) => _conversation.SendAsync(line, cancellation);

    /// <inheritdoc/>
    public Task<string?> ReceiveAsync(CancellationToken cancellation) => _conversation.ReceiveAsync(cancellation);

    /// <inheritdoc/>
    public Task<RunnerEnd> EndAsync(CancellationToken cancellation) => _conversation.EndAsync(cancellation);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_disposed)
        {
            _disposed = true;
            await _conversation.DisposeAsync();
            await _stop.CancelAsync();
            await _run;
            _stop.Dispose();
        }
    }

    private async Task RunAsync(ISandbox sandbox, SandboxRequest request)
    {
        var listening = request with
        {
            OutputLine = line =>
            {
                request.OutputLine?.Invoke(line);
                _conversation.Deliver(line);
            },
            ErrorLine = line =>
            {
                request.ErrorLine?.Invoke(line);
                _log.Add(line);
            },
            Converse = _conversation.ConverseAsync,
        };
        try
        {
            var result = await sandbox.RunAsync(listening, _stop.Token);
            _conversation.End(new RunnerEnd(CodeOf(result.End), $"the runner ended ({result.End}, code {result.ExitCode}): {LastLine()}", _log.ToString()));
        }
        catch (Exception problem) when (problem is not OutOfMemoryException)
        {
            // Whoever waits for an answer has to hear that there is no runner.
            _conversation.End(new RunnerEnd(FailureCode.SandboxRefused, $"the runner does not start: {problem.Message}", _log.ToString()));
        }
    }

    private string LastLine() => _log.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault() ?? "it printed nothing";

    private static FailureCode CodeOf(SandboxEnd end) => end switch
    {
        SandboxEnd.TimedOut => FailureCode.TimedOut,
        SandboxEnd.OutOfMemory => FailureCode.OutOfMemory,
        SandboxEnd.OutputTooLarge => FailureCode.OutputTooLarge,
        SandboxEnd.Cancelled => FailureCode.CancelledByUser,
        _ => FailureCode.RunnerCrashed,
    };
}
