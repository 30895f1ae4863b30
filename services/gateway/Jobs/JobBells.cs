using System.Threading.Channels;
using Platform.Contracts.Messages;
using Platform.Gateway.Events;
using Platform.Gateway.Subscriptions;
using Platform.Messaging;
using Platform.Store;

namespace Platform.Gateway.Jobs;

/// <summary>
/// Tells of jobs that changed: this process at once, the other gateways over the bus, many with one bell: the first at once, those of the
/// next moment together. One that is lost costs latency: watchers look again anyway.
/// </summary>
internal sealed class JobBells(DueJobs due, JobWatcher watcher, SubscriptionLoop subscriptions, Doorbell doorbell, BootIdentity boot, TimeProvider clock) : BackgroundService
{
    private const int LargestBatch = 500;

    // A message costs the bus far more than what it says.
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);

    private readonly Channel<JobChange> _changes = Channel.CreateBounded<JobChange>(new BoundedChannelOptions(10_000) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <summary>A job was written here: what is due by what it says is brought further here.</summary>
    public void Ring(Versioned<Job> written)
    {
        var job = written.Value;
        due.Wrote(written, isDue: job.Effects.Count > 0 || job.NextAt <= clock.GetUtcNow() || job.Phase.IsTerminal());
        watcher.Changed(job.Id);
        Tell(job.Owner);
        _changes.Writer.TryWrite(new JobChange(job.Owner, job.Id));
    }

    /// <summary>Jobs were written by some gateway, which brings them further; where it is gone, the scan finds what is due.</summary>
    public void Hear(JobsChanged changed)
    {
        if (changed.From == boot.Id)
        {
            return;
        }

        foreach (var job in changed.Jobs)
        {
            watcher.Changed(job.JobId);
        }

        foreach (string organization in changed.Jobs.Select(job => job.OrganizationId).Distinct(StringComparer.Ordinal))
        {
            Tell(organization);
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => RunAsync(stoppingToken);

    /// <summary>Rings until it is cancelled.</summary>
    internal async Task RunAsync(CancellationToken stoppingToken)
    {
        while (await _changes.Reader.WaitToReadAsync(stoppingToken))
        {
            var batch = new List<JobChange>();
            while (batch.Count < LargestBatch && _changes.Reader.TryRead(out var change))
            {
                batch.Add(change);
            }

            await doorbell.RingAsync(new JobsChanged([.. batch.Distinct()], boot.Id));
            await Task.Delay(s_pause, clock, stoppingToken);
        }
    }

    private void Tell(string organization)
    {
        watcher.Changed(organization);
        subscriptions.Ring(organization);
    }
}
