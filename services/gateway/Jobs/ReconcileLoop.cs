using Microsoft.Extensions.Options;
using Platform.ServiceDefaults;
using Platform.Store;

namespace Platform.Gateway.Jobs;

/// <summary>
/// Feeds the reconciler: doorbells at once, and a periodic scan of all that is due. Start-up recovery is that same scan.
/// </summary>
internal sealed partial class ReconcileLoop(GatewayStore store, JobReconciler reconciler, DueJobs due, IOptions<GatewayOptions> options, TimeProvider clock, ILogger<ReconcileLoop> logger)
{
    // More than one organization may have under way: the others need not wait for its passes.
    private const int JobsAtOnce = 40;

    // With so many in hand a scan would find little else, page after page: it is left out, but not for ever.
    private const int ManyInHand = 500;
    private const int MostLeftOut = 4;

    // So many scans long what a job owes is left to the gateway that wrote it: it is at it, unless it is gone.
    private const int ScansOfGrace = 5;

    public async Task RunAsync(CancellationToken cancellation)
    {
        var bells = due.AnswerAsync(JobsAtOnce, AnswerAsync, cancellation);
        using var timer = new PeriodicTimer(options.Value.ScanInterval, clock);
        int leftOut = 0;

        // What an earlier start of this gateway left behind is looked at at once.
        var grace = TimeSpan.Zero;
        do
        {
            leftOut = due.Waiting >= ManyInHand && leftOut < MostLeftOut ? leftOut + 1 : 0;
            if (leftOut == 0)
            {
                await GuardAsync("scan", () => ScanAsync(grace, cancellation), cancellation);
                grace = ScansOfGrace * options.Value.ScanInterval;
            }
        }
        while (await timer.WaitForNextTickAsync(cancellation));
        await bells;
    }

    /// <summary>Looks at everything that is due now.</summary>
    public Task ScanAsync(CancellationToken cancellation) => ScanAsync(TimeSpan.Zero, cancellation);

    private async Task ScanAsync(TimeSpan grace, CancellationToken cancellation)
    {
        await ScanIndexAsync(after => store.Jobs.AsSystem().QueryBeforeAsync("due", new object[] { clock.GetUtcNow() }, new PageRequest(500, After: after), cancellation), grace, cancellation);
        await ScanIndexAsync(after => store.Jobs.AsSystem().QueryAsync("owed", ReadOnlyMemory<object>.Empty, new PageRequest(500, After: after), cancellation), grace, cancellation);
    }

    // While thousands come at once most of what a scan finds waits for its turn, here or at another gateway, or has had it since.
    private bool IsInHand(Versioned<Job> found, TimeSpan grace)
    {
        long written = store.Jobs.For(found.Value.Owner).Recent(found.Value.Id)?.Version ?? 0;

        // A time far ahead is of a gateway whose clock is wrong: nobody would wait for it to come.
        bool isAnothers = written < found.Version && found.Value.Effects is [.., var last] && (clock.GetUtcNow() - last.At).Duration() < grace;
        return isAnothers || written > found.Version || due.IsInHand(found);
    }

    private Task AnswerAsync(string owner, string id, Versioned<Job>? known, CancellationToken cancellation) => GuardAsync(
        id,
        async () =>
        {
            if ((known ?? await store.Jobs.For(owner).GetAsync(id, cancellation)) is { } job)
            {
                await due.PassAsync(job, reconciler.ReconcileAsync, cancellation);
            }
        },
        cancellation);

    private async Task ScanIndexAsync(Func<IndexPosition?, Task<Page<Job>>> query, TimeSpan grace, CancellationToken cancellation)
    {
        IndexPosition? after = null;
        do
        {
            var page = await query(after);
            long read = clock.GetTimestamp();
            await SideBySide.ForEachAsync(
                page.Items, JobsAtOnce, (job, stop) => IsInHand(job, grace) ? Task.CompletedTask : AnswerAsync(job.Value.Owner, job.Value.Id, clock.GetElapsedTime(read) < DueJobs.Fresh ? job : null, stop), cancellation);
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
