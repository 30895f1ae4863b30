using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace TestKit.Servers;

/// <summary>A TCP proxy between two programs that tests break: it can be cut, swallow one direction, delay, reset, and lose a reply.</summary>
public sealed class TcpProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<ProxyConnection, Task> _open = new();
    private readonly int _target;
    private readonly Task _accepting;

    public TcpProxy(int target)
    {
        _target = target;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>Whether connections are refused and none are open.</summary>
    public bool IsCut { get; private set; }

    /// <summary>What befalls bytes on their way to the server.</summary>
    public ProxyFaults ToServer { get; } = new();

    /// <summary>What befalls bytes on their way to the client.</summary>
    public ProxyFaults ToClient { get; } = new();

    /// <summary>Replies that are to be lost; null for none.</summary>
    public LostReplies? Losing { get; private set; }

    /// <summary>Bytes that have passed, both ways.</summary>
    public long Passed { get; private set; }

    /// <summary>Ends what is open with a reset and lets nothing in until <see cref="Mend"/>.</summary>
    public void Cut()
    {
        IsCut = true;
        Reset();
    }

    /// <summary>Everything passes again.</summary>
    public void Mend()
    {
        IsCut = false;
        Losing = null;
        ToServer.Clear();
        ToClient.Clear();
    }

    /// <summary>Ends what is open with a reset.</summary>
    public void Reset()
    {
        foreach (var connection in _open.Keys)
        {
            connection.Reset();
        }
    }

    /// <summary>The server gets the next requests that hold a mark and carries them out; their replies never come, the connection ends instead.</summary>
    public LostReplies LoseReplies(string mark, int times) => Losing = new LostReplies(mark, times);

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        Reset();
        await _accepting;
        await Task.WhenAll(_open.Values);
    }

    internal void Count(int bytes) => Passed += bytes;

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket client;
            try
            {
                client = await _listener.AcceptSocketAsync();
            }
            catch (Exception over) when (over is SocketException or ObjectDisposedException)
            {
                return;
            }

            var connection = new ProxyConnection(this, client);
            if (IsCut)
            {
                connection.Reset();
                continue;
            }

            _open[connection] = ServeAsync(connection);
        }
    }

    private async Task ServeAsync(ProxyConnection connection)
    {
        await Task.Yield();
        await connection.RunAsync(_target);
        _open.TryRemove(connection, out _);
    }
}

/// <summary>Faults of one direction of a proxy.</summary>
public sealed class ProxyFaults
{
    /// <summary>Bytes vanish, connections stay.</summary>
    public bool BlackHole { get; set; }

    /// <summary>Every piece waits so long.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>The bit of this byte of each connection is flipped; negative for none.</summary>
    public long FlipAt { get; set; } = -1;

    /// <summary>A connection ends after so many bytes; negative for no limit.</summary>
    public long Limit { get; set; } = -1;

    public void Clear() => (BlackHole, Delay, FlipAt, Limit) = (false, TimeSpan.Zero, -1, -1);
}

/// <summary>Requests whose replies a proxy loses.</summary>
/// <param name="Mark">Text that such a request holds.</param>
/// <param name="Times">How many.</param>
public sealed record LostReplies(string Mark, int Times)
{
    private int _lost;
    private int _taken;

    /// <summary>Replies that have been lost.</summary>
    public int Lost => _lost;

    internal bool TryTake() => Interlocked.Increment(ref _taken) <= Times;

    internal void Count() => Interlocked.Increment(ref _lost);
}
