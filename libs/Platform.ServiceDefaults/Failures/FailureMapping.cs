using Grpc.Core;
using Platform.Contracts.Hub.V1;

namespace Platform.ServiceDefaults;

/// <summary>Lets a library's own exceptions (the store's, say) become failures of the catalogue.</summary>
/// <param name="Translate">The failure, or null when the exception is not the library's.</param>
public sealed record ExceptionTranslator(Func<Exception, Failure?> Translate);

/// <summary>Turns exceptions into failures of the catalogue, and failures into statuses.</summary>
/// <param name="translators">Translators that services added.</param>
public sealed class FailureMapping(IEnumerable<ExceptionTranslator> translators)
{
    /// <summary>The failure that an exception stands for; INTERNAL when it is a defect.</summary>
    public Failure ToFailure(Exception error)
    {
        if (error is FailureException coded)
        {
            return coded.Failure;
        }

        if (error is RpcException { Trailers: { } trailers } && trailers.GetValueBytes(FailureInterceptor.Trailer) is { } bytes)
        {
            return Failure.Parser.ParseFrom(bytes);
        }

        if (error is RpcException { StatusCode: StatusCode.Unavailable or StatusCode.DeadlineExceeded } unreachable)
        {
            return Failures.Of(FailureCode.ServiceUnavailable, $"a part of the hub cannot be reached: {unreachable.Status.Detail}");
        }

        return translators.Select(translator => translator.Translate(error)).FirstOrDefault(failure => failure is not null)
            ?? Failures.Of(FailureCode.Internal, "something went wrong inside the hub; its log says more");
    }

    /// <summary>The gRPC status of a failure.</summary>
    public static StatusCode StatusOf(Failure failure) =>
        Failures.TraitsOf(failure.Code).Status is var status and not 0 ? (StatusCode)status : StatusCode.FailedPrecondition;

    /// <summary>The HTTP status of a gRPC status (google.rpc.Code's table).</summary>
    public static int HttpStatusOf(StatusCode status) => status switch
    {
        StatusCode.OK => 200,
        StatusCode.InvalidArgument or StatusCode.FailedPrecondition or StatusCode.OutOfRange => 400,
        StatusCode.Unauthenticated => 401,
        StatusCode.PermissionDenied => 403,
        StatusCode.NotFound => 404,
        StatusCode.AlreadyExists or StatusCode.Aborted => 409,
        StatusCode.ResourceExhausted => 429,
        StatusCode.Cancelled => 499,
        StatusCode.Unimplemented => 501,
        StatusCode.Unavailable => 503,
        StatusCode.DeadlineExceeded => 504,
        _ => 500,
    };
}
