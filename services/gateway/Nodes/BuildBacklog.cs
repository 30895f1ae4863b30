using Platform.ServiceDefaults;

namespace Platform.Gateway.Nodes;

/// <summary>Build work that connected nodes could start now, by its steps, and the nodes' slots.</summary>
internal sealed class BuildBacklog(CompileQueue queue, NodeRegistry nodes, TimeProvider clock)
{
    public async Task<IReadOnlyList<BacklogSample>> ReadAsync(CancellationToken cancellation)
    {
        var connected = await nodes.ConnectedAsync(cancellation);
        var able = connected.SelectMany(NodeRegistry.ToolsOf).Where(tool => tool.Available).Select(tool => tool.Name).ToHashSet(StringComparer.Ordinal);
        var taking = connected.Where(node => node.TakesWork).ToList();
        var waiting = await queue.WaitingAsync(cancellation);
        var now = clock.GetUtcNow();
        return
        [
            .. waiting.Where(jobs => jobs.FitFor(able)).Select(jobs => new BacklogSample(BacklogGauges.Runnable, "step", jobs.Key, jobs.Runnable(now))),
            .. waiting.Select(jobs => new BacklogSample(BacklogGauges.Oldest, "step", jobs.Key, (long)(now - jobs.OldestAt).TotalSeconds)),
            new BacklogSample(BacklogGauges.Busy, "pool", "build", connected.Sum(node => node.Busy)),
            new BacklogSample(BacklogGauges.Free, "pool", "build", taking.Sum(node => Math.Max(0, node.Slots - node.Busy))),
        ];
    }
}
