using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using HubClient = Platform.Contracts.Hub.V1.Hub.HubClient;

namespace Hub.Cli.Connection;

/// <summary>A channel to a hub that carries the token and this client's version.</summary>
internal sealed class HubConnection : IDisposable
{
    private readonly GrpcChannel _channel;

    public HubConnection(Profile profile)
    {
        Profile = profile;
        _channel = GrpcChannel.ForAddress(profile.ApiUrl, new GrpcChannelOptions { MaxReceiveMessageSize = 64 << 20 });
        Client = new HubClient(_channel.Intercept(headers =>
        {
            headers.Add("authorization", $"token {profile.Token}");
            headers.Add("hub-client-version", ClientVersion);
            return headers;
        }));
        Http = new HttpClient { Timeout = TimeSpan.FromHours(6) };
    }

    public static string ClientVersion { get; } = typeof(HubConnection).Assembly.GetName().Version!.ToString(3);

    public Profile Profile { get; }

    public HubClient Client { get; }

    /// <summary>For signed addresses.</summary>
    public HttpClient Http { get; }

    public void Dispose()
    {
        _channel.Dispose();
        Http.Dispose();
    }
}
