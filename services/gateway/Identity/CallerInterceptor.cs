using Grpc.Core;
using Grpc.Core.Interceptors;
using Platform.Contracts.Hub.V1;

namespace Platform.Gateway.Identity;

/// <summary>Authenticates every call of the public service but the question for its version.</summary>
internal sealed class CallerInterceptor(CallAuthentication authentication) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        if (request is not GetVersionRequest)
        {
            await authentication.AuthenticateAsync(context);
        }

        return await continuation(request, context);
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        await authentication.AuthenticateAsync(context);
        await continuation(request, responseStream, context);
    }
}
