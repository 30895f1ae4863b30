using System.Security.Cryptography;
using System.Text;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Options;

namespace Platform.ServiceDefaults;

/// <summary>Who counts as a service of the hub (configuration section <c>ServiceIdentity</c>).</summary>
public sealed class ServiceIdentityOptions
{
    /// <summary>Header that carries the token.</summary>
    public const string Header = "hub-service-token";

    /// <summary>Token that services, nodes and hosts of this installation share; empty where they meet on a private socket only.</summary>
    public string Token { get; set; } = "";
}

/// <summary>
/// Lets only services of the hub call internal methods: over the private unix socket (whose file only its owner can open),
/// or with the installation's service token.
/// </summary>
/// <param name="options">The token.</param>
public sealed class ServiceIdentityInterceptor(IOptions<ServiceIdentityOptions> options) : Interceptor
{
    /// <inheritdoc/>
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        if (!IsService(context))
        {
            // Internal methods do not exist for anyone else.
            throw new RpcException(new Status(StatusCode.Unimplemented, "no such method"));
        }

        return continuation(request, context);
    }

    private bool IsService(ServerCallContext context)
    {
        var http = context.GetHttpContext();
        if (http.Features.Get<IConnectionItemsFeature>()?.Items.ContainsKey(ListeningExtensions.PrivateConnection) == true)
        {
            return true;
        }

        string expected = options.Value.Token;
        string given = context.RequestHeaders.GetValue(ServiceIdentityOptions.Header) ?? "";
        return expected.Length > 0 && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(expected));
    }
}
