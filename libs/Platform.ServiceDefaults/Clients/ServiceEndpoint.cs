using System.Net.Sockets;

namespace Platform.ServiceDefaults;

/// <summary>How a service's address is reached: <c>http://HOST:PORT</c> or <c>unix:PATH</c>.</summary>
public static class ServiceEndpoint
{
    private const string Unix = "unix:";

    /// <summary>The address as HTTP names it; a socket has no name of its own there.</summary>
    public static Uri UriOf(string address) => new(SocketPath(address) is null ? address : "http://localhost");

    /// <summary>A handler that connects to the address.</summary>
    public static SocketsHttpHandler Handler(string address)
    {
        var handler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true, KeepAlivePingDelay = TimeSpan.FromSeconds(20), KeepAlivePingTimeout = TimeSpan.FromSeconds(10) };
        if (SocketPath(address) is { } path)
        {
            handler.ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            };
        }

        return handler;
    }

    private static string? SocketPath(string address) => address.StartsWith(Unix, StringComparison.Ordinal) ? address[Unix.Length..] : null;
}
