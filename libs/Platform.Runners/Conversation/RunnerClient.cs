using System.Globalization;
using Google.Protobuf;
using Platform.Contracts.Hub.V1;
using Platform.Contracts.Runner.V1;
using Platform.Runners.Sandboxed;

namespace Platform.Runners;

/// <summary>Asks a runner: one request at a time, in proto3 JSON, one message a line (contracts/protos/runner/v1/runner.proto).</summary>
/// <param name="channel">The way to the runner; disposed with the client.</param>
/// <param name="clock">Measures limits.</param>
public sealed class RunnerClient(IRunnerChannel channel, TimeProvider? clock = null) : IAsyncDisposable
{
    private static readonly JsonParser s_parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    private int _requests;

    /// <summary>False once the runner ended or was given up: no request can be sent any more.</summary>
    public bool IsUsable { get; private set; } = true;

    /// <summary>Starts a runner as a child process.</summary>
    public static RunnerClient Start(RunnerProgram program, TimeProvider? clock = null) => new(ProcessChannel.Start(program), clock);

    /// <summary>Sends a request and waits for its outcome.</summary>
    /// <param name="request">The request; its id is set here.</param>
    /// <param name="limit">How long the runner may take; after that it is ended.</param>
    /// <param name="progress">Hears how far it is.</param>
    /// <param name="cancellation">Gives up; the runner is ended.</param>
    /// <returns>The outcome; never <c>failed</c>.</returns>
    /// <exception cref="RunnerFailureException">The runner refused, ended, or took too long.</exception>
    public async Task<Event> AskAsync(Request request, TimeSpan limit, Action<Platform.Contracts.Runner.V1.Progress>? progress = null, CancellationToken cancellation = default)
    {
        request.Id = (++_requests).ToString(CultureInfo.InvariantCulture);
        using var timer = new CancellationTokenSource(limit, clock ?? TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellation);
        try
        {
            var answer = await ConverseAsync(request, progress, either.Token);
            return answer.EventCase == Event.EventOneofCase.Failed ? throw new RunnerFailureException(RunnerCodes.Parse(answer.Failed.Code, FailureCode.Internal), answer.Failed.Message) : answer;
        }
        catch (OperationCanceledException)
        {
            IsUsable = false;
            await channel.DisposeAsync();
            cancellation.ThrowIfCancellationRequested();
            throw new RunnerFailureException(FailureCode.TimedOut, string.Create(CultureInfo.InvariantCulture, $"the runner gave no answer to {request.StageCase} within {limit.TotalSeconds:0.#} s"));
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        IsUsable = false;
        return channel.DisposeAsync();
    }

    private async Task<Event> ConverseAsync(Request request, Action<Platform.Contracts.Runner.V1.Progress>? progress, CancellationToken cancellation)
    {
        try
        {
            await channel.SendAsync(JsonFormatter.Default.Format(request), cancellation);
            while (await channel.ReceiveAsync(cancellation) is { } line)
            {
                var answer = s_parser.Parse<Event>(line);
                if (answer.Id == request.Id && answer.EventCase != Event.EventOneofCase.Progress)
                {
                    return answer;
                }

                progress?.Invoke(answer.Progress ?? new Platform.Contracts.Runner.V1.Progress());
            }
        }
        catch (Exception problem) when (problem is InvalidProtocolBufferException or InvalidJsonException or InvalidDataException)
        {
            await DisposeAsync();
            throw new RunnerFailureException(FailureCode.RunnerCrashed, $"the runner wrote a line that is no event: {problem.Message}");
        }
        catch (IOException)
        {
            // The pipe broke because the runner is gone; how it ended says more.
            IsUsable = false;
        }

        IsUsable = false;
        var end = await channel.EndAsync(cancellation);
        throw new RunnerFailureException(end.Code, end.Message, end.Log);
    }
}
