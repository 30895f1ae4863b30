using Grpc.Core;

namespace Platform.ServiceDefaults;

/// <summary>What the error of a call says of the service that was called.</summary>
public static class RpcErrors
{
    /// <summary>Whether there was no answer in time: nothing is known of what was asked, and asking in another way would not help.</summary>
    public static bool IsUnanswered(this RpcException error) => error.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Cancelled;
}
