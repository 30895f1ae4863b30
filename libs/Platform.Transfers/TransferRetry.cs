using System.Net;
using Polly;
using Polly.Retry;

namespace Platform.Transfers;

/// <summary>When a request is tried again: what a network does, not what a refusal says.</summary>
internal static class TransferRetry
{
    public static ResiliencePipeline Create(TimeProvider clock) => new ResiliencePipelineBuilder { TimeProvider = clock }
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<HttpRequestException>(IsPassing).Handle<IOException>(),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = TimeSpan.FromMilliseconds(300),
            MaxDelay = TimeSpan.FromSeconds(10),
            MaxRetryAttempts = 6,
        })
        .Build();

    private static bool IsPassing(HttpRequestException error) =>
        error.StatusCode is null or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError;
}
