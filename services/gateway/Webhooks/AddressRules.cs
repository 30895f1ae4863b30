using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Platform.Contracts.Hub.V1;
using Platform.ServiceDefaults;

namespace Platform.Gateway.Webhooks;

/// <summary>
/// Which addresses events may be sent to: public ones, and what the operator allows. Names are looked up and checked at each
/// connection, and the connection goes to the very address that was checked: a name that points elsewhere a moment later gains nothing.
/// </summary>
internal sealed class AddressRules(IOptions<WebhookOptions> options)
{
    private const int LongestUrl = 2048;

    // IANA's special-purpose registries: this host, private, shared, loopback, link-local (metadata services), documentation, multicast ...
    private static readonly IPNetwork[] s_reserved =
    [
        IPNetwork.Parse("0.0.0.0/8"),
        IPNetwork.Parse("10.0.0.0/8"),
        IPNetwork.Parse("100.64.0.0/10"),
        IPNetwork.Parse("127.0.0.0/8"),
        IPNetwork.Parse("169.254.0.0/16"),
        IPNetwork.Parse("172.16.0.0/12"),
        IPNetwork.Parse("192.0.0.0/24"),
        IPNetwork.Parse("192.0.2.0/24"),
        IPNetwork.Parse("192.88.99.0/24"),
        IPNetwork.Parse("192.168.0.0/16"),
        IPNetwork.Parse("198.18.0.0/15"),
        IPNetwork.Parse("198.51.100.0/24"),
        IPNetwork.Parse("203.0.113.0/24"),
        IPNetwork.Parse("224.0.0.0/4"),
        IPNetwork.Parse("240.0.0.0/4"),
        IPNetwork.Parse("2001::/23"),
        IPNetwork.Parse("2001:db8::/32"),
        IPNetwork.Parse("2002::/16"),
        IPNetwork.Parse("3fff::/20"),
    ];

    // All global unicast there is; everything else of IPv6 is local, mapped, translated or not given out.
    private static readonly IPNetwork s_global6 = IPNetwork.Parse("2000::/3");

    private readonly IPNetwork[] _allowed = [.. options.Value.AllowedNetworks.Select(IPNetwork.Parse)];

    public bool Allows(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        bool isPublic = !s_reserved.Any(network => network.Contains(plain)) && (plain.AddressFamily == AddressFamily.InterNetwork || s_global6.Contains(plain));
        return isPublic || _allowed.Any(network => network.Contains(plain));
    }

    /// <summary>A webhook's address, as far as it can be judged without looking its name up.</summary>
    /// <exception cref="FailureException">ARGUMENT_INVALID, or WEBHOOK_ADDRESS_REFUSED for an address that is never sent to.</exception>
    public Uri Require(string url)
    {
        if (url.Length > LongestUrl || !Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.UserInfo.Length > 0 || uri.Fragment.Length > 0)
        {
            throw new FailureException(FailureCode.ArgumentInvalid, $"a webhook's url begins with https:// or http://, has no user, password or fragment, and at most {LongestUrl} characters");
        }

        bool local = uri.IsLoopback && !Allows(IPAddress.Loopback) && !Allows(IPAddress.IPv6Loopback);
        return local || (IPAddress.TryParse(uri.DnsSafeHost, out var address) && !Allows(address)) ? throw Refused(uri.DnsSafeHost) : uri;
    }

    /// <summary>Connects to a host, to none but allowed addresses of it.</summary>
    /// <exception cref="FailureException">WEBHOOK_ADDRESS_REFUSED: all of its addresses are refused.</exception>
    public async ValueTask<Stream> ConnectAsync(DnsEndPoint host, CancellationToken cancellation)
    {
        var addresses = await Dns.GetHostAddressesAsync(host.Host, cancellation);
        var allowed = Array.FindAll(addresses, Allows);
        if (allowed.Length == 0)
        {
            throw Refused(host.Host);
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, host.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static FailureException Refused(string host) => new(FailureCode.WebhookAddressRefused, $"events are not sent to {host}: its address is private, local or reserved");
}
