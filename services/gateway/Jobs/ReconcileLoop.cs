using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Platform.Store;

namespace Platform.Gateway.Jobs;

/// <summary>
/// Feeds the reconciler: doorbells at once, and a periodic scan of all that is due. Start-up recovery is that same scan.
/// </summary>
internal sealed partial class ReconcileLoop(GatewayStore store, JobReconciler reconciler, IOptions<GatewayOptions> options, TimeProvider clock, ILogger<ReconcileLoop> logger)
{
    private readonly Channel<(string Owner, string Id)> _rung = Channel.CreateBounded<(string, string)>(new BoundedChannelOptions(10_000) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>A job may be due; a bell too many is dropped, the scan finds the job.</summary>
    public void Ring(string owner, string id) => _rung.Writer.TryWrite((owner, id));

    public async Task RunAsync(CancellationToken cancellation)
    {
        var bells = AnswerBellsAsync(cancellation);
        using var timer = new PeriodicTimer(options.Value.ScanInterval, clock);
        do
        {
            await GuardAsync("scan", () => ScanAsync(cancellation), cancellation);
        }
        while (await timer.WaitForNextTickAsync(cancellation));
        await bells;
    }

    /// <summary>Looks at everything that is due now.</summary>
    public async Task ScanAsync(CancellationToken cancellation)
    {
        await ScanIndexAsync(after => store.Jobs.AsSystem().QueryBeforeAsync("due", new object[] { clock.GetUtcNow() }, new PageRequest(500, After: after), cancellation), cancellation);
        await ScanIndexAsync(after => store.Jobs.AsSystem().QueryAsync("owed", ReadOnlyMemory<object>.Empty, new PageRequest(500, After: after), cancellation), cancellation);
    }

    private async Task AnswerBellsAsync(CancellationToken cancellation)
    {
        await foreach (var (owner, id) in _rung.Reader.ReadAllAsync(cancellation))
        {
            await GuardAsync(id, () => reconciler.ReconcileAsync(owner, id, cancellation), cancellation);
        }
    }

    private async Task ScanIndexAsync(Func<IndexPosition?, Task<Page<Job>>> query, CancellationToken cancellation)
    {
        IndexPosition? after = null;
        do
        {
            var page = await query(after);
            foreach (var job in page.Items)
            {
                await GuardAsync(job.Value.Id, () => reconciler.ReconcileAsync(job.Value.Owner, job.Value.Id, cancellation), cancellation);
            }

            after = page.Next;
        }
        while (after is not null);
    }

    // One job that cannot be brought further must not keep the others from it; it stays due.
    private async Task GuardAsync(string what, Func<Task> work, CancellationToken cancellation)
    {
        try
        {
            await work();
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            NotReconciled(logger, what, error);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Reconciling {What} failed; it stays due")]
    private static partial void NotReconciled(ILogger logger, string what, Exception error);
}
