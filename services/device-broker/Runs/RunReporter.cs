using System.Collections.Concurrent;
using System.Threading.Channels;
using Grpc.Core;
using Platform.Contracts.Broker.V1;
using Platform.ServiceDefaults;
using Platform.Store;

namespace Platform.DeviceBroker.Runs;

/// <summary>Tells the gateway how runs go: at once, and again until it has answered.</summary>
internal sealed partial class RunReporter(BrokerStore store, RunReports.RunReportsClient gateway, TimeProvider clock, ILogger<RunReporter> logger)
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(10);

    // Two calls can be under way; the news of one run go one after another, in its lane.
    private const int Lanes = 2;
    private const int LargestBatch = 100;

    // Characters of profiles in a call, give or take one profile.
    private const int LargestResults = 4 << 20;

    // Runs that a scan found: their writes can share a flush to disk.
    private const int AtOnce = 16;

    private readonly Channel<Versioned<StoredRun>>[] _lanes =
        [.. Enumerable.Range(0, Lanes).Select(_ => Channel.CreateBounded<Versioned<StoredRun>>(10_000))];

    // What waits in a lane, by its last version there.
    private readonly ConcurrentDictionary<string, long> _onTheirWay = new(StringComparer.Ordinal);

    /// <summary>Whether anything waits to be told, or is being told.</summary>
    public bool IsTelling => !_onTheirWay.IsEmpty;

    /// <summary>A run changed; the scan finds it if this is lost.</summary>
    public void Ring(Versioned<StoredRun> written)
    {
        if (!written.Value.Unreported)
        {
            return;
        }

        _onTheirWay[written.Value.Id] = written.Version;
        if (!_lanes[LaneOf(written.Value.Id)].Writer.TryWrite(written))
        {
            Arrived(written);
        }
    }

    public Task AnswerBellsAsync(CancellationToken cancellation) => Task.WhenAll(_lanes.Select(lane => AnswerAsync(lane.Reader, cancellation)));

    // The same in every process: text's own hash is not.
    private static int LaneOf(string id) => (int)(id.Aggregate(0u, (hash, letter) => (hash * 31) + letter) % Lanes);

    private async Task AnswerAsync(ChannelReader<Versioned<StoredRun>> lane, CancellationToken cancellation)
    {
        while (true)
        {
            var batch = Next(lane, await lane.ReadAsync(cancellation));

            // Those of a batch that is refused as a whole are told one by one, by the scan at the latest.
            await GuardAsync(batch[0].Value.Id, () => ReportAsync(batch, cancellation), cancellation);
            batch.ForEach(Arrived);
        }
    }

    private static List<Versioned<StoredRun>> Next(ChannelReader<Versioned<StoredRun>> lane, Versioned<StoredRun> first)
    {
        List<Versioned<StoredRun>> batch = [first];
        int size = first.Value.Result?.Length ?? 0;
        while (batch.Count < LargestBatch && size < LargestResults && lane.TryRead(out var next))
        {
            batch.Add(next);
            size += next.Value.Result?.Length ?? 0;
        }

        return batch;
    }

    private async Task ReportAsync(List<Versioned<StoredRun>> batch, CancellationToken cancellation)
    {
        if (batch.Count == 1 || !await TellTogetherAsync(batch, cancellation))
        {
            foreach (var run in batch)
            {
                await ReportAsync(run, cancellation);
            }
        }
    }

    // False where the gateway is older than this call, or refuses it because of one of them.
    private async Task<bool> TellTogetherAsync(List<Versioned<StoredRun>> batch, CancellationToken cancellation)
    {
        var request = new ReportManyRequest();
        request.Runs.AddRange(batch.Select(run => RunViews.ToReport(run.Value, run.Version)));
        try
        {
            await gateway.ReportManyAsync(request, deadline: (clock.GetUtcNow() + s_deadline).UtcDateTime, cancellationToken: cancellation);
        }
        catch (RpcException error) when (!error.IsUnanswered())
        {
            return false;
        }

        await Task.WhenAll(batch.Select(run => GuardAsync(run.Value.Id, () => ToldAsync(run, cancellation), cancellation)));
        return true;
    }

    // Unless something newer of it waits.
    private void Arrived(Versioned<StoredRun> run) => _onTheirWay.TryRemove(KeyValuePair.Create(run.Value.Id, run.Version));

    public async Task ReportAllAsync(CancellationToken cancellation)
    {
        var page = await store.Runs.AsSystem().QueryAsync("unreported", ReadOnlyMemory<object>.Empty, new PageRequest(1000), cancellation);
        await SideBySide.ForEachAsync(page.Items, AtOnce, ReportAgainAsync, cancellation);
    }

    // Most of what a scan finds is on its way already.
    private Task ReportAgainAsync(Versioned<StoredRun> found, CancellationToken cancellation) => _onTheirWay.ContainsKey(found.Value.Id) ? Task.CompletedTask : GuardAsync(
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
        await ToldAsync(run, cancellation);
    }

    // Lost against a newer change: that one is still to be told.
    private Task ToldAsync(Versioned<StoredRun> run, CancellationToken cancellation) =>
        store.Runs.For(run.Value.Owner).ReplaceIfVersionAsync(run.Value with { Unreported = false }, run.Version, cancellation);

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
