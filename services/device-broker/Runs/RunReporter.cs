using System.Threading.Channels;
using Platform.Contracts.Broker.V1;
using Platform.ServiceDefaults;
using Platform.Store;

namespace Platform.DeviceBroker.Runs;

/// <summary>Tells the gateway how runs go: at once, and again until it has answered.</summary>
internal sealed partial class RunReporter(BrokerStore store, RunReports.RunReportsClient gateway, TimeProvider clock, ILogger<RunReporter> logger)
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(10);

    // Runs whose writes can share a flush to disk; the news of one run go one after another, in its lane.
    private const int Lanes = 16;

    private readonly Channel<Versioned<StoredRun>>[] _lanes =
        [.. Enumerable.Range(0, Lanes).Select(_ => Channel.CreateBounded<Versioned<StoredRun>>(new BoundedChannelOptions(1000) { FullMode = BoundedChannelFullMode.DropWrite }))];

    /// <summary>A run changed; the scan finds it if this is lost.</summary>
    public void Ring(Versioned<StoredRun> written)
    {
        if (written.Value.Unreported)
        {
            _lanes[LaneOf(written.Value.Id)].Writer.TryWrite(written);
        }
    }

    public Task AnswerBellsAsync(CancellationToken cancellation) => Task.WhenAll(_lanes.Select(lane => AnswerAsync(lane.Reader, cancellation)));

    // The same in every process: text's own hash is not.
    private static int LaneOf(string id) => (int)(id.Aggregate(0u, (hash, letter) => (hash * 31) + letter) % Lanes);

    private async Task AnswerAsync(ChannelReader<Versioned<StoredRun>> lane, CancellationToken cancellation)
    {
        while (true)
        {
            await ReportAsync(await lane.ReadAsync(cancellation), cancellation);
        }
    }

    public async Task ReportAllAsync(CancellationToken cancellation)
    {
        var page = await store.Runs.AsSystem().QueryAsync("unreported", ReadOnlyMemory<object>.Empty, new PageRequest(1000), cancellation);
        await SideBySide.ForEachAsync(page.Items, Lanes, ReportAgainAsync, cancellation);
    }

    // Most of what a scan finds is on its way already.
    private Task ReportAgainAsync(Versioned<StoredRun> found, CancellationToken cancellation) => GuardAsync(
        found.Value.Id,
        async () =>
        {
            if (await store.Runs.For(found.Value.Owner).GetAsync(found.Value.Id, cancellation) is { Value.Unreported: true } run)
            {
                await TellAsync(run, cancellation);
            }
        },
        cancellation);

    private Task ReportAsync(Versioned<StoredRun> run, CancellationToken cancellation) => GuardAsync(run.Value.Id, () => TellAsync(run, cancellation), cancellation);

    // What is told may be old by now: the gateway goes by the epoch, and what is newer is told in its turn.
    private async Task TellAsync(Versioned<StoredRun> run, CancellationToken cancellation)
    {
        await gateway.ReportAsync(RunViews.ToReport(run.Value, run.Version), deadline: (clock.GetUtcNow() + s_deadline).UtcDateTime, cancellationToken: cancellation);

        // Lost against a newer change: that one is still to be told.
        await store.Runs.For(run.Value.Owner).ReplaceIfVersionAsync(run.Value with { Unreported = false }, run.Version, cancellation);
    }

    private async Task GuardAsync(string id, Func<Task> work, CancellationToken cancellation)
    {
        try
        {
            await work();
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            NotReported(logger, id, error);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The gateway did not hear of run {Run}; it is told again")]
    private static partial void NotReported(ILogger logger, string run, Exception error);
}
