using System.Threading.Channels;

namespace Platform.Runners;

/// <summary>
/// A runner that somebody else started, such as a sandbox: the starter hands its lines in by <see cref="Deliver"/>, gives it
/// the writer by <see cref="ConverseAsync"/> and says how it ended by <see cref="End"/>.
/// </summary>
public sealed class ConversationChannel : IRunnerChannel
{
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>(new UnboundedChannelOptions { SingleReader = true });
    private readonly TaskCompletionSource<TextWriter> _writer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<RunnerEnd> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Takes a line of the runner's standard output.</summary>
    public void Deliver(string line) => _lines.Writer.TryWrite(line);

    /// <summary>Takes the writer to the runner's standard input; the task ends when the conversation is over and the input may be closed.</summary>
    public Task ConverseAsync(TextWriter writer)
    {
        _writer.TrySetResult(writer);
        return _closed.Task;
    }

    /// <summary>Says that the runner has ended; whoever waits for an answer hears why.</summary>
    public void End(RunnerEnd end)
    {
        _end.TrySetResult(end);
        _lines.Writer.TryComplete();
        _writer.TrySetException(new IOException(end.Message));
        _closed.TrySetResult();
    }

    /// <inheritdoc/>
    public async Task SendAsync(string line, CancellationToken cancellation)
    {
        var writer = await _writer.Task.WaitAsync(cancellation);
        await writer.WriteLineAsync(line.AsMemory(), cancellation);
        await writer.FlushAsync(cancellation);
    }

    /// <inheritdoc/>
    public async Task<string?> ReceiveAsync(CancellationToken cancellation) =>
        await _lines.Reader.WaitToReadAsync(cancellation) && _lines.Reader.TryRead(out string? line) ? line : null;

    /// <inheritdoc/>
    public Task<RunnerEnd> EndAsync(CancellationToken cancellation) => _end.Task.WaitAsync(cancellation);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _closed.TrySetResult();
        return ValueTask.CompletedTask;
    }
}
