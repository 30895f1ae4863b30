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
        services.AddGrpcClient<TClient>((provider, options) => options.Address = ServiceEndpoint.UriOf(address(provider.GetRequiredService<IOptions<ServiceAddresses>>().Value)))
            .ConfigurePrimaryHttpMessageHandler(provider => ServiceEndpoint.Handler(address(provider.GetRequiredService<IOptions<ServiceAddresses>>().Value)))
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
}
