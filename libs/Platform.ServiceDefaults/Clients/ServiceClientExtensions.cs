using System.Net.Sockets;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Platform.ServiceDefaults;

/// <summary>gRPC clients of the other services.</summary>
public static class ServiceClientExtensions
{
    /// <summary>Adds a client; calls carry the service token, the trace and the caller's deadline.</summary>
    /// <typeparam name="TClient">Generated client.</typeparam>
    /// <param name="services">Services.</param>
    /// <param name="address">Which address to use.</param>
    public static IServiceCollection AddServiceClient<TClient>(this IServiceCollection services, Func<ServiceAddresses, string> address)
        where TClient : ClientBase
    {
        services.AddOptions<ServiceAddresses>().BindConfiguration("Services").ValidateDataAnnotations();
        services.AddOptions<ServiceIdentityOptions>().BindConfiguration("ServiceIdentity");
        services.AddGrpcClient<TClient>((provider, options) => options.Address = UriOf(address(provider.GetRequiredService<IOptions<ServiceAddresses>>().Value)))
            .ConfigurePrimaryHttpMessageHandler(provider => Handler(address(provider.GetRequiredService<IOptions<ServiceAddresses>>().Value)))
            .AddCallCredentials((_, metadata, provider) =>
            {
                string token = provider.GetRequiredService<IOptions<ServiceIdentityOptions>>().Value.Token;
                if (token.Length > 0)
                {
                    metadata.Add(ServiceIdentityOptions.Header, token);
                }

                return Task.CompletedTask;
            })
            .ConfigureChannel(channel =>
            {
                channel.UnsafeUseInsecureChannelCallCredentials = true;
                channel.MaxReceiveMessageSize = 64 << 20;
            });
        return services;
    }

    private static Uri UriOf(string address) => new(SocketPath(address) is null ? address : "http://localhost");

    private static string? SocketPath(string address) => address.StartsWith("unix:", StringComparison.Ordinal) ? address["unix:".Length..] : null;

    private static SocketsHttpHandler Handler(string address)
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
}
