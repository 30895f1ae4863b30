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

    private readonly Channel<(string Owner, string Id)>[] _lanes =
        [.. Enumerable.Range(0, Lanes).Select(_ => Channel.CreateBounded<(string, string)>(new BoundedChannelOptions(1000) { FullMode = BoundedChannelFullMode.DropWrite }))];

    /// <summary>A run changed; the scan finds it if this is lost.</summary>
    public void Ring(string owner, string id) => _lanes[LaneOf(id)].Writer.TryWrite((owner, id));

    public Task AnswerBellsAsync(CancellationToken cancellation) => Task.WhenAll(_lanes.Select(lane => AnswerAsync(lane.Reader, cancellation)));

    // The same in every process: text's own hash is not.
    private static int LaneOf(string id) => (int)(id.Aggregate(0u, (hash, letter) => (hash * 31) + letter) % Lanes);

    private async Task AnswerAsync(ChannelReader<(string Owner, string Id)> lane, CancellationToken cancellation)
    {
        while (true)
        {
            var (owner, id) = await lane.ReadAsync(cancellation);
            await ReportAsync(owner, id, cancellation);
        }
    }

    public async Task ReportAllAsync(CancellationToken cancellation)
    {
        var page = await store.Runs.AsSystem().QueryAsync("unreported", ReadOnlyMemory<object>.Empty, new PageRequest(1000), cancellation);
        await SideBySide.ForEachAsync(page.Items, Lanes, (run, stop) => ReportAsync(run.Value.Owner, run.Value.Id, stop), cancellation);
    }

    private async Task ReportAsync(string owner, string id, CancellationToken cancellation)
    {
        try
        {
            if (await store.Runs.For(owner).GetAsync(id, cancellation) is not { Value.Unreported: true } run)
            {
                return;
            }

            await gateway.ReportAsync(RunViews.ToMessage(run.Value, run.Version), deadline: (clock.GetUtcNow() + s_deadline).UtcDateTime, cancellationToken: cancellation);

            // Lost against a newer change: that one is reported in its turn.
            await store.Runs.For(owner).ReplaceIfVersionAsync(run.Value with { Unreported = false }, run.Version, cancellation);
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            NotReported(logger, id, error);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The gateway did not hear of run {Run}; it is told again")]
    private static partial void NotReported(ILogger logger, string run, Exception error);
}
