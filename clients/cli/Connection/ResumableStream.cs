using System.Runtime.CompilerServices;
using Grpc.Core;

namespace Hub.Cli.Connection;

/// <summary>Reads a stream that may break, and asks for it again until it ends.</summary>
internal static class ResumableStream
{
    private static readonly TimeSpan s_again = TimeSpan.FromSeconds(1);

    /// <summary>Every message, over as many calls as it takes.</summary>
    /// <param name="open">Opens the stream behind the last message that was given.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellation">Cancellation.</param>
    public static async IAsyncEnumerable<T> ReadAsync<T>(Func<AsyncServerStreamingCall<T>> open, TimeProvider clock, [EnumeratorCancellation] CancellationToken cancellation)
    {
        while (true)
        {
            using var call = open();
            while (await NextAsync(call.ResponseStream, cancellation) is { } more)
            {
                if (!more)
                {
                    yield break;
                }

                yield return call.ResponseStream.Current;
            }

            await Task.Delay(s_again, clock, cancellation);
        }
    }

    // True: a message; false: the end; null: the stream broke.
    private static async Task<bool?> NextAsync<T>(IAsyncStreamReader<T> stream, CancellationToken cancellation)
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
