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
        return
        [
            .. (await queue.RunnableAsync(able, cancellation)).Select(entry => new BacklogSample(BacklogGauges.Runnable, "step", entry.Key, entry.Value)),
            .. (await queue.QueuesAsync(cancellation)).Select(waiting => new BacklogSample(BacklogGauges.Oldest, "step", waiting.Name, (long)(clock.GetUtcNow() - waiting.OldestAt.ToDateTimeOffset()).TotalSeconds)),
            new BacklogSample(BacklogGauges.Busy, "pool", "build", connected.Sum(node => node.Busy)),
            new BacklogSample(BacklogGauges.Free, "pool", "build", taking.Sum(node => Math.Max(0, node.Slots - node.Busy))),
        ];
    }
}
