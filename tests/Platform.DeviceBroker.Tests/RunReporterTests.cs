using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Platform.Contracts.Broker.V1;
using Platform.DeviceBroker.Runs;
using Platform.Store;
using Platform.Store.Memory;
using TestKit.Hub;

namespace Platform.DeviceBroker.Tests;

/// <summary>How the gateway hears of runs.</summary>
public sealed class RunReporterTests : IAsyncDisposable
{
    private readonly MemoryStore _documents = new();
    private readonly BrokerStore _store;
    private readonly Gateway _gateway = new();
    private readonly RunReporter _reporter;

    public RunReporterTests()
    {
        _store = new BrokerStore(_documents);
        _reporter = new RunReporter(_store, new RunReports.RunReportsClient(_gateway), new FakeTimeProvider(), NullLogger<RunReporter>.Instance);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _documents.DisposeAsync();

    [Fact]
    public async Task RunsOfOneMoment_AreToldTogether()
    {
        await EndAsync(50);
        await AnswerAsync();
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"r{i:00}"), _gateway.Told.Order());
        Assert.InRange(_gateway.Calls.Count, 1, 4);
        Assert.Empty(await UnreportedAsync());
    }

    [Fact]
    public async Task AGatewayOfAnEarlierVersion_IsToldOneByOne()
    {
        _gateway.Refuses = (StatusCode.Unimplemented, "ReportMany");
        await EndAsync(10);
        await AnswerAsync();
        Assert.Equal(10, _gateway.Told.Distinct().Count());
        Assert.Empty(await UnreportedAsync());
    }

    [Fact]
    public async Task AGatewayOutOfReach_IsToldByALaterScan()
    {
        _gateway.Refuses = (StatusCode.Unavailable, null);
        await EndAsync(10);
        await AnswerAsync();
        Assert.Equal(10, (await UnreportedAsync()).Count);

        _gateway.Refuses = null;
        await _reporter.ReportAllAsync(Cancellation);
        Assert.Equal(10, _gateway.Told.Distinct().Count());
        Assert.Empty(await UnreportedAsync());
    }

    [Fact]
    public async Task AScan_LeavesWhatWaitsForItsTurn()
    {
        await EndAsync(10);
        await _reporter.ReportAllAsync(Cancellation);
        Assert.Empty(_gateway.Told);
        await AnswerAsync();
        Assert.Equal(10, _gateway.Told.Count);
    }

    private async Task EndAsync(int runs)
    {
        await _store.OpenAsync(Cancellation);
        for (int i = 0; i < runs; i++)
        {
            var run = new StoredRun { Id = $"r{i:00}", Owner = "o1", JobId = $"j{i}", JobEpoch = 1, Spec = "{}", QueuedAt = DateTimeOffset.UnixEpoch, Phase = RunPhase.Failed, Unreported = true };
            await _store.Runs.For("o1").InsertAsync(run, Cancellation);
            _reporter.Ring(new Versioned<StoredRun>(run, 1));
        }
    }

    // Until nothing waits any more.
    private async Task AnswerAsync()
    {
        using var stop = new CancellationTokenSource();
        var answering = _reporter.AnswerBellsAsync(stop.Token);
        await Until.TrueAsync(() => Task.FromResult(!_reporter.IsTelling), TimeSpan.FromSeconds(30), () => string.Join(',', _gateway.Calls));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answering);
    }

    private async Task<IReadOnlyList<Versioned<StoredRun>>> UnreportedAsync() =>
        (await _store.Runs.AsSystem().QueryAsync("unreported", ReadOnlyMemory<object>.Empty, new PageRequest(100), Cancellation)).Items;

    private sealed class Gateway : UnaryInvoker
    {
        public List<string> Calls { get; } = [];

        public List<string> Told { get; } = [];

        /// <summary>How it refuses calls: of one method, or all.</summary>
        public (StatusCode Status, string? Method)? Refuses { get; set; }

        protected override Task<TResponse> AnswerAsync<TRequest, TResponse>(Method<TRequest, TResponse> method, CallOptions options, TRequest request)
        {
            lock (Calls)
            {
                Calls.Add(method.Name);
                if (Refuses is { } refusal && (refusal.Method ?? method.Name) == method.Name)
                {
                    throw new RpcException(new Status(refusal.Status, method.Name));
                }

                Told.AddRange(request is ReportManyRequest many ? many.Runs.Select(run => run.RunId) : [((Run)(object)request).RunId]);
                return Task.FromResult((TResponse)(object)new ReportResponse());
            }
        }
    }
}
