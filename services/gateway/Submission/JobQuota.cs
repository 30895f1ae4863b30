using System.Collections.Concurrent;
using Platform.Contracts.Hub.V1;
using Platform.ServiceDefaults;
using Platform.Store;

namespace Platform.Gateway.Submission;

/// <summary>
/// Bounds an organization's unfinished jobs. Counted at most every two seconds: what is submitted in between may go beyond the limit by
/// that much, and nothing is counted job by job.
/// </summary>
internal sealed class JobQuota(GatewayStore store, LimitSettings limits, TimeProvider clock)
{
    private static readonly TimeSpan s_fresh = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_again = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, (DateTimeOffset At, bool Full)> _looked = new(StringComparer.Ordinal);

    /// <summary>Lets one more job in.</summary>
    /// <exception cref="FailureException">LIMIT_REACHED.</exception>
    public async Task RequireRoomAsync(string owner, CancellationToken cancellation)
    {
        long most = limits.Of(HubLimits.UnfinishedJobs);
        if (!_looked.TryGetValue(owner, out var last) || clock.GetUtcNow() - last.At >= s_fresh)
        {
            var beyond = await store.Jobs.For(owner).QueryAsync("unfinished", ReadOnlyMemory<object>.Empty, new PageRequest(1, Offset: (int)Math.Max(0, most - 1)), cancellation);
            last = _looked[owner] = (clock.GetUtcNow(), beyond.Items.Count > 0);
        }

        if (last.Full)
        {
            throw new FailureException(FailureCode.LimitReached, $"the organization has {most} unfinished jobs (limit {HubLimits.UnfinishedJobs.Name})") { RetryAfter = s_again };
        }
    }
}
