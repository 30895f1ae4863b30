using Google.Protobuf.WellKnownTypes;
using Platform.Contracts.Hub.V1;
using Platform.Contracts.Messages;
using Platform.Contracts.Node.V1;
using Platform.Gateway.Jobs;
using Platform.Messaging;
using Platform.Store;

namespace Platform.Gateway.Nodes;

/// <summary>Picks build work for a node: fairly between organizations, oldest first inside one, inspections before conversions.</summary>
internal sealed class CompileQueue(GatewayStore store, NodeRegistry nodes, NodeTimes times, Doorbell doorbell, TimeProvider clock)
{
    /// <summary>The tool that reads uploaded models and datasets.</summary>
    public const string InspectTool = "inspect";

    private const string Index = "queued_for";
    private const int ScannedOfAnOrganization = 50;

    /// <summary>The queue of a path: the steps a node must have, in a fixed order.</summary>
    public static string KeyOf(IReadOnlyList<PlannedStep> path) => string.Join('+', path.Select(step => step.Name).Distinct().Order(StringComparer.Ordinal));

    public void Announce(IReadOnlyList<PlannedStep> path) => doorbell.Ring(new CompileWorkAvailable(path[0].Name));

    /// <summary>
    /// Up to <paramref name="count"/> jobs that the node can do. Organizations take turns: the one that has used least node time for its
    /// share comes first, jobs at work included. What killed a program on this node is left to another node that can do it.
    /// </summary>
    public async Task<IReadOnlyList<Job>> PickAsync(string node, IReadOnlyList<Tool> tools, int count, CancellationToken cancellation)
    {
        var candidates = await ElsewhereFirstAsync(await CandidatesAsync(Able(tools), cancellation), node, cancellation);
        var running = await RunningByOwnerAsync(cancellation);
        var queues = candidates.GroupBy(job => job.Owner).ToDictionary(group => group.Key, group => new Queue<Job>(group.OrderBy(job => job.Kind == JobKind.Inspect ? 0 : 1).ThenBy(job => job.CreatedAt)));
        var picked = new List<Job>();
        while (picked.Count < count && queues.Count > 0)
        {
            string owner = queues.Keys.MinBy(key => (times.ScoreOf(key, running.GetValueOrDefault(key)), queues[key].Peek().CreatedAt))!;
            picked.Add(queues[owner].Dequeue());
            running[owner] = running.GetValueOrDefault(owner) + 1;
            if (queues[owner].Count == 0)
            {
                queues.Remove(owner);
            }
        }

        return picked;
    }

    /// <summary>How many jobs are likely to go before this one: the older ones of its organization, and the other organizations' turns meanwhile; 1 is next.</summary>
    public async Task<int> PositionAsync(Job job, CancellationToken cancellation)
    {
        var page = await store.Jobs.AsSystem().QueryAsync(Index, new object[] { job.StepKey! }, new PageRequest(PageRequest.LargestLimit), cancellation);
        int own = page.Items.Count(item => item.Value.Owner == job.Owner && item.Value.CreatedAt < job.CreatedAt);
        return own + 1 + page.Items.Where(item => item.Value.Owner != job.Owner).GroupBy(item => item.Value.Owner)
            .Sum(others => Math.Min(others.Count(), own + (others.First().Value.CreatedAt < job.CreatedAt ? 1 : 0)));
    }

    /// <summary>What waits for build nodes, by the steps of its path: no queue is empty.</summary>
    public async Task<IReadOnlyList<WaitingJobs>> WaitingAsync(CancellationToken cancellation)
    {
        var waiting = new List<WaitingJobs>();
        foreach (string key in (await KeysAsync(cancellation)).Select(queue => queue.Key).Distinct())
        {
            var page = await store.Jobs.AsSystem().QueryAsync(Index, new object[] { key }, new PageRequest(PageRequest.LargestLimit), cancellation);
            if (page.Items.Count > 0)
            {
                waiting.Add(new WaitingJobs(key, [.. page.Items.Select(item => item.Value)]));
            }
        }

        return waiting;
    }

    /// <summary>The same as operators see it.</summary>
    public async Task<IReadOnlyList<WorkQueue>> QueuesAsync(CancellationToken cancellation) =>
    [
        .. (await WaitingAsync(cancellation)).Select(queue => new WorkQueue
        {
            Kind = "step",
            Name = queue.Key,
            Waiting = queue.Jobs.Count,
            Organizations = queue.Jobs.Select(job => job.Owner).Distinct().Count(),
            OldestAt = queue.OldestAt.ToTimestamp(),
        }),
    ];

    private async Task<List<Job>> ElsewhereFirstAsync(List<Job> candidates, string node, CancellationToken cancellation)
    {
        if (candidates.Exists(job => job.HasDiedOn(node)))
        {
            var others = (await nodes.ConnectedAsync(cancellation)).Where(other => other.Id != node && other is { Draining: false, Drain: null }).ToList();
            candidates.RemoveAll(job => job.HasDiedOn(node) && others.Exists(other => CanDo(Able(NodeRegistry.ToolsOf(other)), job.StepKey!) && !job.HasDiedOn(other.Id)));
        }

        return candidates;
    }

    private static HashSet<string> Able(IEnumerable<Tool> tools) => tools.Where(tool => tool.Available).Select(tool => tool.Name).ToHashSet(StringComparer.Ordinal);

    private static bool CanDo(HashSet<string> able, string stepKey) => stepKey.Split('+').All(able.Contains);

    private async Task<List<Job>> CandidatesAsync(HashSet<string> able, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var candidates = new List<Job>();
        foreach (var (key, owner) in (await KeysAsync(cancellation)).Where(queue => CanDo(able, queue.Key)))
        {
            var page = await store.Jobs.AsSystem().QueryAsync(Index, new object[] { key, owner }, new PageRequest(ScannedOfAnOrganization), cancellation);
            candidates.AddRange(page.Items.Select(item => item.Value).Where(job => job.NotBefore is null || job.NotBefore <= now));
        }

        return candidates;
    }

    // Jumps from queue to queue, so that a long one costs no more than a short one, and hides nobody.
    private async Task<List<(string Key, string Owner)>> KeysAsync(CancellationToken cancellation)
    {
        var queues = new List<(string Key, string Owner)>();
        IndexPosition? after = null;
        while ((await store.Jobs.AsSystem().QueryAsync(Index, ReadOnlyMemory<object>.Empty, new PageRequest(1, After: after), cancellation)).Items is [var first, ..])
        {
            queues.Add((first.Value.StepKey!, first.Value.Owner));
            after = new IndexPosition(IndexKey.After(IndexKey.Of(first.Value.StepKey!, first.Value.Owner)), "");
        }

        return queues;
    }

    private async Task<Dictionary<string, int>> RunningByOwnerAsync(CancellationToken cancellation)
    {
        var page = await store.Jobs.AsSystem().QueryAsync("held", ReadOnlyMemory<object>.Empty, new PageRequest(PageRequest.LargestLimit), cancellation);
        return page.Items.GroupBy(item => item.Value.Owner).ToDictionary(group => group.Key, group => group.Count());
    }
}
