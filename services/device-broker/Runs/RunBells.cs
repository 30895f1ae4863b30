using System.Threading.Channels;
using Platform.Contracts.Messages;
using Platform.DeviceBroker.Scheduling;
using Platform.Messaging;

namespace Platform.DeviceBroker.Runs;

/// <summary>
/// Rings for runs that wait, many with one bell: the first at once, those of the next moment together. It names the hosts that have
/// devices for them: in a large farm all others sleep on.
/// </summary>
internal sealed class RunBells(RunQueue queue, Doorbell doorbell, TimeProvider clock)
{
    private const int LargestBatch = 500;

    // So many names cost more than a call in vain.
    private const int MostHosts = 200;

    // A message costs the bus far more than what it says.
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(10);

    private readonly Channel<RunOrder?> _waiting = Channel.CreateBounded<RunOrder?>(new BoundedChannelOptions(10_000) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <summary>A run waits.</summary>
    public void Ring(RunOrder run) => _waiting.Writer.TryWrite(run);

    /// <summary>Runs may wait for any host.</summary>
    public void RingForAll() => _waiting.Writer.TryWrite(null);

    /// <summary>Rings until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (await _waiting.Reader.WaitToReadAsync(cancellation))
        {
            var batch = new List<RunOrder?>();
            while (batch.Count < LargestBatch && _waiting.Reader.TryRead(out var run))
            {
                batch.Add(run);
            }

            await doorbell.RingAsync(new RunWorkAvailable(HostsFor(batch)));
            await Task.Delay(s_pause, clock, cancellation);
        }
    }

    // A run of which no host is known may be for one that only another broker has seen.
    private string[] HostsFor(List<RunOrder?> batch)
    {
        var hosts = new HashSet<string>(StringComparer.Ordinal);
        foreach (var run in batch.DistinctBy(run => (run?.Owner, run?.Device)))
        {
            var able = run is null ? [] : queue.HostsFor(run);
            if (able.Count == 0 || hosts.Count + able.Count > MostHosts)
            {
                return [];
            }

            hosts.UnionWith(able);
        }

        return [.. hosts];
    }
}
