namespace Platform.Runners;

/// <summary>
/// Lines to a runner and lines from it. <see cref="ProcessChannel"/> starts the runner itself;
/// <see cref="ConversationChannel"/> joins a runner that somebody else started, as a sandbox does.
/// </summary>
public interface IRunnerChannel : IAsyncDisposable
{
    /// <summary>Sends a line, given without its end.</summary>
    /// <exception cref="IOException">The runner does not listen any more; <see cref="EndAsync"/> says why.</exception>
    Task SendAsync(string line, CancellationToken cancellation);

    /// <summary>Waits for the next line; null when there will be none.</summary>
    Task<string?> ReceiveAsync(CancellationToken cancellation);

    /// <summary>Waits until the runner has ended and says how.</summary>
    Task<RunnerEnd> EndAsync(CancellationToken cancellation);
}
