using Grpc.Core;
using Platform.ServiceDefaults;
using Platform.Simulation.Tests.Engine;

namespace Platform.Simulation.Tests.Network;

/// <summary>A call on its way, from the client's side: it ends once.</summary>
internal sealed class Flight<TResponse>(Process client, Action? answered = null) : IDisposable
    where TResponse : class
{
    private readonly StopSwitch _gone = new();
    private readonly TaskCompletionSource<TResponse> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<TResponse> Answer => _answer.Task;

    public Process Client => client;

    /// <summary>Who serves it; null while it is on no way.</summary>
    public Process? Server { get; set; }

    /// <summary>Set once the server hears that nobody waits any more.</summary>
    public CancellationToken Gone => _gone.Token;

    public bool HasEnded => _answer.Task.IsCompleted;

    public void Succeed(TResponse response)
    {
        if (!HasEnded)
        {
            answered?.Invoke();
            _answer.SetResult(response);
        }
    }

    public void Fail(StatusCode code, string why) => _answer.TrySetException(new RpcException(new Status(code, why)));

    public void Fail(RpcException error) => _answer.TrySetException(new RpcException(error.Status, error.Trailers));

    /// <summary>The server hears that nobody waits any more.</summary>
    public void Leave() => _gone.Stop();

    public void Dispose() => _gone.Dispose();
}
