using System.Threading.Channels;
using Platform.Contracts.Messages;
using Platform.Messaging;

namespace Platform.Gateway.Jobs;

/// <summary>
/// Rings for jobs that changed, many with one bell: the first at once, those of the next moment together. One that is lost
/// costs latency, the scan finds the job.
/// </summary>
internal sealed class JobBells(Doorbell doorbell, BootIdentity boot, TimeProvider clock) : BackgroundService
{
    private const int LargestBatch = 500;

    // A message costs the bus far more than what it says.
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(2);

    private readonly Channel<JobChange> _changes = Channel.CreateBounded<JobChange>(new BoundedChannelOptions(10_000) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <summary>Watchers of the job are told; so is the reconciler, where the document is due by what it says.</summary>
    public void Ring(Job job) => _changes.Writer.TryWrite(new JobChange(job.Owner, job.Id, job.Effects.Count > 0 || job.NextAt <= clock.GetUtcNow() || job.Phase.IsTerminal()));

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

            await doorbell.RingAsync(new JobsChanged(batch, boot.Id));
            await Task.Delay(s_pause, clock, stoppingToken);
        }
    }
}
