using Google.Protobuf;
using Grpc.Core;
using Platform.Simulation.Tests.Engine;
using Platform.Simulation.Tests.Faults;
using TestKit.Hub;

namespace Platform.Simulation.Tests.Network;

/// <summary>A server's place in the network: what it offers while it lives.</summary>
internal sealed record Server(Process Process, MethodTable Methods);

/// <summary>
/// Carries calls between processes: late, and in bad weather not, twice, or with the answer lost. A lost call ends for its client as
/// unavailable once the connection is found dead, as keep-alive finds it.
/// </summary>
internal sealed class Network(Scheduler scheduler, Chance chance, Weather weather, Action<Process, string, long> answered)
{
    private static readonly TimeSpan s_hop = TimeSpan.FromMilliseconds(1);

    private readonly Dictionary<string, List<Server>> _servers = new(StringComparer.Ordinal);
    private readonly HashSet<(string From, string To)> _cut = [];

    /// <summary>Nothing gets from one process to another any more; the other way is another matter.</summary>
    public void Cut(string from, string to) => _cut.Add((from, to));

    public void Heal() => _cut.Clear();

    public void Heal(string from, string to) => _cut.Remove((from, to));

    public void Listen(string service, Server server)
    {
        if (!_servers.TryGetValue(service, out var servers))
        {
            _servers[service] = servers = [];
        }

        servers.RemoveAll(other => !other.Process.IsAlive);
        servers.Add(server);
    }

    /// <summary>A way from a process to a service, whichever of its servers takes the call.</summary>
    public CallInvoker From(Process client, string service, Metadata? headers = null) => new Invoker(this, client, service, headers ?? []);

    private Flight<TResponse> Start<TRequest, TResponse>(Process client, string service, Metadata headers, string method, CallOptions options, TRequest request)
        where TRequest : class
        where TResponse : class
    {
        long sent = scheduler.Now;
        var flight = new Flight<TResponse>(client, () => answered(client, method, sent));
        if (options.Deadline is { } deadline)
        {
            End(flight, new DateTimeOffset(deadline, TimeSpan.Zero) - client.Clock.GetUtcNow(), StatusCode.DeadlineExceeded);
        }

        if (options.CancellationToken.CanBeCanceled)
        {
            options.CancellationToken.UnsafeRegister(_ => End(flight, TimeSpan.Zero, StatusCode.Cancelled), null);
        }

        var alive = _servers.GetValueOrDefault(service)?.Where(server => server.Process.IsAlive).ToList() ?? [];
        if (alive.Count == 0)
        {
            End(flight, s_hop, StatusCode.Unavailable);
            return flight;
        }

        var to = chance.One(alive);
        var copy = Copy(request);
        Send(flight, to, headers, method, copy, chance.Of(weather.RequestLoss));
        if (chance.Of(weather.Doubled))
        {
            Double<TRequest, TResponse>(client, chance.One(alive), headers, method, copy);
        }

        return flight;
    }

    private void Send<TRequest, TResponse>(Flight<TResponse> flight, Server to, Metadata headers, string method, TRequest request, bool lost)
        where TRequest : class
        where TResponse : class
    {
        if (lost || _cut.Contains((flight.Client.Name, to.Process.Name)))
        {
            LoseConnection(flight);
            return;
        }

        flight.Server = to.Process;
        scheduler.After(Delay(), to.Process, () => _ = ServeAsync(flight, to, headers, method, request));
        WatchServer(flight, to.Process);
    }

    private void WatchServer<TResponse>(Flight<TResponse> flight, Process server)
        where TResponse : class
    {
        if (flight.HasEnded)
        {
            return;
        }

        // Whoever serves may die before it answers: its client's connection ends with it.
        if (!server.IsAlive)
        {
            flight.Fail(StatusCode.Unavailable, $"{server.Name} is gone");
            return;
        }

        scheduler.After(TimeSpan.FromSeconds(1), flight.Client, () => WatchServer(flight, server));
    }

    private async Task ServeAsync<TRequest, TResponse>(Flight<TResponse> flight, Server to, Metadata headers, string method, TRequest request)
        where TRequest : class
        where TResponse : class
    {
        var call = new ServerCall(method, flight.Client.Name, headers, DateTime.MaxValue, flight.Gone);
        try
        {
            var response = await to.Methods.InvokeAsync<TRequest, TResponse>(method, request, call);
            Reply(flight, to.Process, () => flight.Succeed(Copy(response)));
        }
        catch (RpcException error)
        {
            Reply(flight, to.Process, () => flight.Fail(error));
        }
    }

    private void Reply<TResponse>(Flight<TResponse> flight, Process server, Action arrive)
        where TResponse : class
    {
        if (chance.Of(weather.ReplyLoss) || _cut.Contains((server.Name, flight.Client.Name)))
        {
            LoseConnection(flight);
        }
        else
        {
            scheduler.After(Delay(), flight.Client, arrive);
        }
    }

    // A copy that some part of the network has kept; nobody waits for its answer.
    private void Double<TRequest, TResponse>(Process client, Server to, Metadata headers, string method, TRequest request)
        where TRequest : class
        where TResponse : class
    {
        var nobodys = new Flight<TResponse>(client);
        scheduler.After(chance.Around(TimeSpan.FromSeconds(chance.Of(0.2) ? 40 : 5)), to.Process, () => _ = ServeAsync(nobodys, to, headers, method, Copy(request)));
    }

    private void LoseConnection<TResponse>(Flight<TResponse> flight)
        where TResponse : class => End(flight, chance.Of(0.5) ? s_hop : chance.Seconds(0, 30), StatusCode.Unavailable);

    private void End<TResponse>(Flight<TResponse> flight, TimeSpan after, StatusCode code)
        where TResponse : class => scheduler.After(after, flight.Client, () =>
    {
        if (!flight.HasEnded)
        {
            flight.Fail(code, "the simulated network");
            if (flight.Server is { } server)
            {
                scheduler.After(s_hop, server, flight.Leave);
            }
        }
    });

    // Some come when their client has long given them up and asked again.
    private TimeSpan Delay() => chance.Around(chance.Of(weather.SlowCall) ? TimeSpan.FromSeconds(chance.Of(0.1) ? 30 : 3) : s_hop);

    private static T Copy<T>(T message) => message is IDeepCloneable<T> cloneable ? cloneable.Clone() : message;

    private sealed class Invoker(Network network, Process client, string service, Metadata headers) : UnaryInvoker
    {
        protected override Task<TResponse> AnswerAsync<TRequest, TResponse>(Method<TRequest, TResponse> method, CallOptions options, TRequest request) =>
            network.Start<TRequest, TResponse>(client, service, headers, method.FullName, options, request).Answer;
    }
}
