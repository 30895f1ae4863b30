using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Platform.Contracts.Hub.V1;
using Platform.Gateway.Calls;

namespace Platform.Gateway.Identity;

/// <summary>Leads every call of the public service but the question for its version through what all calls go through.</summary>
internal sealed class CallerInterceptor(PublicCalls calls) : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        request is GetVersionRequest ? continuation(request, context) : calls.RunAsync(() => Task.FromResult((IMessage)request), context, _ => continuation(request, context));

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        calls.StreamAsync(context, () => continuation(request, responseStream, context));
}
