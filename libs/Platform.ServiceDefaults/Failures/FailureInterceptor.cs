using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Logging;
using Platform.Contracts.Hub.V1;

namespace Platform.ServiceDefaults;

/// <summary>The one place where a gRPC call's failure becomes a status: code, sentence, and the whole failure in a trailer.</summary>
/// <param name="mapping">What exceptions mean.</param>
/// <param name="logger">Logger.</param>
public sealed partial class FailureInterceptor(FailureMapping mapping, ILogger<FailureInterceptor> logger) : Interceptor
{
    /// <summary>Trailer that holds the serialized <see cref="Failure"/>.</summary>
    public const string Trailer = "hub-failure-bin";

    /// <summary>Trailer that says after how many seconds, to the millisecond, a refused call may be made again.</summary>
    public const string RetryAfterTrailer = "retry-after";

    /// <inheritdoc/>
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (Exception error) when (error is not RpcException { StatusCode: StatusCode.Unimplemented })
        {
            throw ToStatus(error, context);
        }
    }

    /// <inheritdoc/>
    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(request, responseStream, context);
        }
        catch (Exception error) when (error is not RpcException { StatusCode: StatusCode.Unimplemented })
        {
            throw ToStatus(error, context);
        }
    }

    private RpcException ToStatus(Exception error, ServerCallContext context)
    {
        if (error is OperationCanceledException && context.CancellationToken.IsCancellationRequested)
        {
            return new RpcException(new Status(StatusCode.Cancelled, "the caller went away"));
        }

        var failure = mapping.ToFailure(error);
        if (failure.Code == FailureCode.Internal)
        {
            CallFailed(logger, context.Method, error);
        }

        var trailers = new Metadata { { Trailer, failure.ToByteArray() } };
        if (error is FailureException { RetryAfter: { } wait })
        {
            trailers.Add(RetryAfterTrailer, wait.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture));
        }

        return new RpcException(new Status(FailureMapping.StatusOf(failure), failure.Message), trailers);
    }

    [LoggerMessage(1, LogLevel.Error, "{Method} failed")]
    private static partial void CallFailed(ILogger logger, string method, Exception error);
}
