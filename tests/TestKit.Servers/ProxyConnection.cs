using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TestKit.Servers;

/// <summary>One connection through a <see cref="TcpProxy"/>.</summary>
internal sealed class ProxyConnection(TcpProxy proxy, Socket client) : IDisposable
{
    private readonly Socket _server = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly Http2Streams _requests = new(preface: 24);
    private readonly Http2Streams _replies = new(preface: 0);
    private LostReplies? _losing;
    private uint _stream;

    public void Reset()
    {
        foreach (var socket in new[] { client, _server })
        {
            try
            {
                socket.LingerState = new LingerOption(enable: true, seconds: 0);
            }
            catch (Exception over) when (over is SocketException or ObjectDisposedException)
            {
                continue;
            }

            socket.Close();
        }
    }

    public async Task RunAsync(int port)
    {
        try
        {
            client.NoDelay = _server.NoDelay = true;
            await _server.ConnectAsync(IPAddress.Loopback, port);
            await Task.WhenAll(CopyAsync(client, _server, proxy.ToServer, isRequest: true), CopyAsync(_server, client, proxy.ToClient, isRequest: false));
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
        {
            // The other side hears of it below.
            Reset();
        }

        Dispose();
    }

    public void Dispose()
    {
        client.Dispose();
        _server.Dispose();
    }

    private async Task CopyAsync(Socket from, Socket to, ProxyFaults faults, bool isRequest)
    {
        byte[] buffer = new byte[64 << 10];
        long passed = 0;
        while (await from.ReceiveAsync(buffer) is > 0 and int read)
        {
            if (faults.Delay > TimeSpan.Zero)
            {
                using var timer = new PeriodicTimer(faults.Delay);
                await timer.WaitForNextTickAsync();
            }

            var bytes = buffer.AsMemory(0, read);
            if (isRequest ? !Heard(bytes.Span) : IsLost(bytes.Span))
            {
                continue;
            }

            if (faults.BlackHole)
            {
                continue;
            }

            Flip(bytes.Span, faults.FlipAt - passed);
            if (faults.Limit >= 0 && passed + read > faults.Limit)
            {
                await to.SendAsync(bytes[..(int)Math.Max(0, faults.Limit - passed)]);
                Reset();
                return;
            }

            passed += read;
            proxy.Count(read);
            await to.SendAsync(bytes);
        }

        to.Shutdown(SocketShutdown.Send);
    }

    private static void Flip(Span<byte> bytes, long at)
    {
        if (at >= 0 && at < bytes.Length)
        {
            bytes[(int)at] ^= 1;
        }
    }

    // HTTP/2 carries many calls on one connection: the reply is that of the stream on which the mark was seen.
    private bool Heard(ReadOnlySpan<byte> bytes)
    {
        _requests.Read(bytes);
        if (_losing is null && proxy.Losing is { } losing && bytes.IndexOf(Encoding.UTF8.GetBytes(losing.Mark)) >= 0 && losing.TryTake())
        {
            _stream = _requests.LastOpened;
            Volatile.Write(ref _losing, losing);
        }

        return true;
    }

    private bool IsLost(ReadOnlySpan<byte> bytes)
    {
        _replies.Read(bytes);
        if (Volatile.Read(ref _losing) is not { } losing || (_requests.IsHttp2 && !_replies.HasEnded(_stream)))
        {
            return false;
        }

        losing.Count();
        Reset();
        return true;
    }

    /// <summary>Follows the frames of one direction of an HTTP/2 connection.</summary>
    private sealed class Http2Streams(int preface)
    {
        private readonly byte[] _head = new byte[9];
        private readonly HashSet<uint> _ended = [];
        private int _skip = preface;
        private int _have;
        private bool _first = true;

        public bool IsHttp2 { get; private set; }

        public uint LastOpened { get; private set; }

        public bool HasEnded(uint stream) => _ended.Contains(stream);

        public void Read(ReadOnlySpan<byte> bytes)
        {
            IsHttp2 |= _first && bytes.StartsWith("PRI * HTTP/2"u8);
            _first = false;
            while (bytes.Length > 0)
            {
                int skipped = Math.Min(_skip, bytes.Length);
                _skip -= skipped;
                bytes = bytes[skipped..];
                int taken = Math.Min(9 - _have, bytes.Length);
                bytes[..taken].CopyTo(_head.AsSpan(_have));
                _have += taken;
                bytes = bytes[taken..];
                if (_have == 9)
                {
                    Frame();
                    _have = 0;
                }
            }
        }

        private void Frame()
        {
            const int Headers = 1;
            const int EndStream = 1;
            _skip = (_head[0] << 16) | (_head[1] << 8) | _head[2];
            uint stream = BinaryPrimitives.ReadUInt32BigEndian(_head.AsSpan(5)) & 0x7FFFFFFF;
            if (_head[3] == Headers)
            {
                LastOpened = stream;
            }

            if (_head[3] <= Headers && (_head[4] & EndStream) != 0)
            {
                _ended.Add(stream);
            }
        }
    }
}
