using Microsoft.Extensions.Options;
using Platform.Contracts.Hub.V1;
using Platform.Contracts.Node.V1;
using Platform.Gateway.Jobs;
using Platform.Gateway.Nodes;
using Platform.Gateway.Tests.Jobs;
using Platform.Store.Memory;

namespace Platform.Gateway.Tests.Nodes;

/// <summary>Whose build work a node gets.</summary>
public sealed class CompileQueueTests : IAsyncDisposable
{
    private static readonly Tool[] s_tools = [new() { Name = "step", Available = true }];

    private readonly MemoryStore _documents = new();
    private readonly GatewayStore _store;
    private readonly NodeTimes _times;
    private readonly NodeRegistry _nodes;
    private readonly CompileQueue _queue;

    public CompileQueueTests()
    {
        _store = new GatewayStore(_documents);
        _times = new NodeTimes(Options.Create(new GatewayOptions { Weights = { ["heavy"] = 3 } }), TimeProvider.System);
        _nodes = new NodeRegistry(_store, Options.Create(new GatewayOptions()), TimeProvider.System);
        _queue = new CompileQueue(_store, _nodes, _times, doorbell: null!, TimeProvider.System);
    }

    public ValueTask DisposeAsync() => _documents.DisposeAsync();

    [Fact]
    public async Task Pick_LongBacklogOfAnother_HidesNobody()
    {
        await AddAsync("first", 1000);
        await AddAsync("late", 2);
        Assert.Equal(["first", "late", "first", "late"], await PickAsync(4));
    }

    [Fact]
    public async Task Pick_SharesByWeight()
    {
        await AddAsync("heavy", 100);
        await AddAsync("light", 100);
        var picked = await PickAsync(40);
        Assert.InRange(picked.Count(owner => owner == "heavy"), 29, 31);
    }

    [Fact]
    public async Task Pick_WhoUsedMoreOfLate_ComesLater()
    {
        await AddAsync("used", 5);
        await AddAsync("fresh", 5);
        _times.Charge("used", TimeSpan.FromSeconds(100));
        Assert.Equal("fresh", Assert.Single(await PickAsync(1)));
    }

    [Fact]
    public async Task Position_CountsTheOwnBefore_AndTheOthersTurns()
    {
        await AddAsync("a", 5);
        await AddAsync("b", 2);
        var last = (await _store.Jobs.For("a").GetAsync("a4", CancellationToken.None))!.Value;
        Assert.Equal(7, await _queue.PositionAsync(last, CancellationToken.None));
        Assert.Equal(1, await _queue.PositionAsync((await _store.Jobs.For("a").GetAsync("a0", CancellationToken.None))!.Value, CancellationToken.None));
    }

    [Fact]
    public async Task Pick_KilledAProgramHere_IsLeftToAnotherNode_WhileThereIsOne()
    {
        await AddAsync("a", 1, new JobDeath("here", "step"));
        Assert.Equal(["a"], await PickAsync(1));

        // The other one cannot do it, then it can, then it is drained.
        await _nodes.SeenAsync(Seen("there", new Tool { Name = "another", Available = true }), CancellationToken.None);
        Assert.Equal(["a"], await PickAsync(1));
        await _nodes.SeenAsync(Seen("there", s_tools), CancellationToken.None);
        Assert.Empty(await PickAsync(1));
        Assert.Single(await _queue.PickAsync("there", s_tools, 1, CancellationToken.None));
        await _nodes.SetDrainAsync("there", new DrainFlag(), CancellationToken.None);
        Assert.Equal(["a"], await PickAsync(1));
    }

    private static SynchronizeRequest Seen(string node, params Tool[] tools) => new() { NodeId = node, BootId = "boot", Name = node, Tools = { tools } };

    private async Task<List<string>> PickAsync(int count) => [.. (await _queue.PickAsync("here", s_tools, count, CancellationToken.None)).Select(job => job.Owner)];

    private async Task AddAsync(string owner, int count, params JobDeath[] deaths)
    {
        await _store.OpenAsync(CancellationToken.None);
        for (int i = 0; i < count; i++)
        {
            var job = JobSamples.New(JobKind.Compile, Phase.Queued) with { Id = $"{owner}{i}", Owner = owner, IdempotencyKey = $"{owner}{i}", TargetModelId = $"m{owner}{i}", StepKey = "step", Deaths = deaths, CreatedAt = JobSamples.Now.AddSeconds(i) };
            Assert.True((await _store.Jobs.For(owner).InsertAsync(job, CancellationToken.None)).Inserted);
        }
    }
}
