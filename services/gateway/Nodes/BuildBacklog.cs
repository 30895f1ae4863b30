using Platform.ServiceDefaults;

namespace Platform.Gateway.Nodes;

/// <summary>Build work that connected nodes could start now, by its steps, and the nodes' slots.</summary>
internal sealed class BuildBacklog(CompileQueue queue, NodeRegistry nodes)
{
    public async Task<IReadOnlyList<BacklogSample>> ReadAsync(CancellationToken cancellation)
    {
        var connected = await nodes.ConnectedAsync(cancellation);
        var able = connected.SelectMany(NodeRegistry.ToolsOf).Where(tool => tool.Available).Select(tool => tool.Name).ToHashSet(StringComparer.Ordinal);
        var taking = connected.Where(node => !node.Draining).ToList();
        return
        [
            .. (await queue.RunnableAsync(able, cancellation)).Select(entry => new BacklogSample(BacklogGauges.Runnable, "step", entry.Key, entry.Value)),
            new BacklogSample(BacklogGauges.Busy, "pool", "build", connected.Sum(node => node.Busy)),
            new BacklogSample(BacklogGauges.Free, "pool", "build", taking.Sum(node => Math.Max(0, node.Slots - node.Busy))),
        ];
    }
}
