using System.Threading.RateLimiting;
using Platform.Contracts.Hub.V1;
using Platform.ServiceDefaults;

namespace Platform.Gateway.Calls;

/// <summary>How fast an organization may call this gateway, and how many streams it may hold open: a token bucket and a counter each.</summary>
internal sealed class CallLimits(LimitSettings limits) : IDisposable
{
    // Told one time, all who are refused would come back at once. Its multiples, without their whole part, lie evenly however many they are.
    private const double GoldenRatio = 0.6180339887498949;

    private static readonly TimeSpan s_period = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_shortestWait = TimeSpan.FromSeconds(1);

    private readonly PartitionedRateLimiter<string> _calls = PartitionedRateLimiter.Create<string, string>(owner => RateLimitPartition.GetTokenBucketLimiter(owner, _ => new TokenBucketRateLimiterOptions
    {
        TokenLimit = (int)limits.Of(HubLimits.CallBurst),
        TokensPerPeriod = (int)Math.Max(1, limits.Of(HubLimits.CallsPerSecond) / (int)(TimeSpan.FromSeconds(1) / s_period)),
        ReplenishmentPeriod = limits.Of(HubLimits.CallsPerSecond) >= (int)(TimeSpan.FromSeconds(1) / s_period) ? s_period : TimeSpan.FromSeconds(1) / limits.Of(HubLimits.CallsPerSecond),
        QueueLimit = 0,
    }));

    private readonly PartitionedRateLimiter<string> _streams = PartitionedRateLimiter.Create<string, string>(owner => RateLimitPartition.GetConcurrencyLimiter(
        owner, _ => new ConcurrencyLimiterOptions { PermitLimit = (int)limits.Of(HubLimits.OpenStreams), QueueLimit = 0 }));

    private uint _refused;

    /// <summary>Counts a call.</summary>
    /// <exception cref="FailureException">RATE_LIMITED, with the time to wait.</exception>
    public void Call(string owner)
    {
        using var lease = _calls.AttemptAcquire(owner);
        if (!lease.IsAcquired)
        {
            var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var told) && told > s_shortestWait ? told : s_shortestWait;
            var spread = s_shortestWait * (Interlocked.Increment(ref _refused) * GoldenRatio % 1);
            throw new FailureException(FailureCode.RateLimited, $"more than {limits.Of(HubLimits.CallsPerSecond)} calls a second (limit {HubLimits.CallsPerSecond.Name})") { RetryAfter = wait + spread };
        }
    }

    /// <summary>Counts an open stream until it is disposed of.</summary>
    /// <exception cref="FailureException">RATE_LIMITED.</exception>
    public RateLimitLease Stream(string owner)
    {
        var lease = _streams.AttemptAcquire(owner);
        if (lease.IsAcquired)
        {
            return lease;
        }

        lease.Dispose();
        throw new FailureException(FailureCode.RateLimited, $"the organization holds {limits.Of(HubLimits.OpenStreams)} streams open (limit {HubLimits.OpenStreams.Name})") { RetryAfter = TimeSpan.FromSeconds(5) };
    }

    public void Dispose()
    {
        _calls.Dispose();
        _streams.Dispose();
    }
}
