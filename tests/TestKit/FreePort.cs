using System.Net;
using System.Net.Sockets;

namespace TestKit;

/// <summary>Ports for servers that tests start.</summary>
public static class FreePort
{
    // The kernel gives outgoing connections ports from 32768 on.
    private const int First = 15_000;
    private const int Count = 17_000;

    private static int s_last = Environment.ProcessId * 61 % Count;

    /// <summary>A port of the loopback interface that nobody listens on now, and that no connection takes by chance: a server may be started on it again.</summary>
    public static int Find()
    {
        while (true)
        {
            int port = First + ((Interlocked.Increment(ref s_last) & int.MaxValue) % Count);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                continue;
            }
        }
    }
}
