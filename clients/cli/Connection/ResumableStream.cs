using Grpc.Core;

namespace Hub.Cli.Connection;

/// <summary>Reads a stream that may break and be asked for again.</summary>
internal static class ResumableStream
{
    /// <summary>True: an event; false: the end; null: the stream broke.</summary>
    public static async Task<bool?> NextAsync<T>(IAsyncStreamReader<T> stream, CancellationToken cancellation)
    {
        try
        {
            return await stream.MoveNext(cancellation);
        }
        catch (RpcException error) when (error.StatusCode is StatusCode.Unavailable or StatusCode.Internal or StatusCode.Cancelled && !cancellation.IsCancellationRequested)
        {
            return null;
        }
    }
}
