using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.ServiceDefaults;

namespace Platform.Simulation.Tests.Network;

/// <summary>The methods that a server offers, behind the interceptor that turns its exceptions into statuses; somebody may watch what is served.</summary>
internal sealed class MethodTable(FailureMapping mapping, Action<ServerCallContext>? admit = null, Func<object, IDisposable?>? watch = null) : ServiceBinderBase
{
    private readonly FailureInterceptor _failures = new(mapping, NullLogger<FailureInterceptor>.Instance);
    private readonly Dictionary<string, Delegate> _methods = new(StringComparer.Ordinal);

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) => _methods[method.FullName] = handler!;

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler)
    {
        // Streams are views of what the store holds; nobody asks for them here.
    }

    public async Task<TResponse> InvokeAsync<TRequest, TResponse>(string method, TRequest request, ServerCallContext context)
        where TRequest : class
        where TResponse : class
    {
        admit?.Invoke(context);
        using var watched = watch?.Invoke(request);
        return await _failures.UnaryServerHandler(request, context, (UnaryServerMethod<TRequest, TResponse>)_methods[method]);
    }
}
