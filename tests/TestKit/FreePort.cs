using System.Net;
using System.Net.Sockets;

namespace TestKit;

/// <summary>Ports for servers that tests start.</summary>
public static class FreePort
{
    /// <summary>A port of the loopback interface that nobody listens on now.</summary>
    public static int Find()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
