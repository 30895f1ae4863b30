using Platform.Contracts.Hub.V1;
using Platform.Contracts.Node.V1;
using Platform.ServiceDefaults;
using Platform.Store;
using Platform.Toolchains.Steps;

namespace Platform.Gateway.Nodes;

/// <summary>Which build nodes there are and what they can do.</summary>
internal sealed class NodeRegistry(GatewayStore store, Microsoft.Extensions.Options.IOptions<GatewayOptions> options, TimeProvider clock)
{
    public async Task<IReadOnlyList<StoredNode>> ListAsync(CancellationToken cancellation)
    {
        var page = await store.Nodes.AsSystem().QueryAsync("seen", ReadOnlyMemory<object>.Empty, new PageRequest(PageRequest.LargestLimit, Descending: true), cancellation);
        return [.. page.Items.Select(item => item.Value)];
    }

    public bool IsConnected(StoredNode node) => clock.GetUtcNow() - node.SeenAt < options.Value.Lease;

    public async Task<IReadOnlyList<StoredNode>> ConnectedAsync(CancellationToken cancellation) => [.. (await ListAsync(cancellation)).Where(IsConnected)];

    /// <summary>Steps that connected nodes announce, each once, with the nodes that have it.</summary>
    public async Task<IReadOnlyList<(StepDescription Step, int Nodes)>> StepsAsync(CancellationToken cancellation)
    {
        var nodes = await ConnectedAsync(cancellation);
        return [.. nodes.SelectMany(node => ToolsOf(node).Where(tool => tool.Kind == "step" && tool.Available))
            .GroupBy(tool => (tool.Name, tool.Version))
            .Select(group => (Describe(group.First()), group.Count()))];
    }

    /// <summary>The version of a tool that some connected node has; null when none has it.</summary>
    public async Task<string?> VersionOfAsync(string tool, CancellationToken cancellation) =>
        (await ConnectedAsync(cancellation)).SelectMany(ToolsOf).FirstOrDefault(known => known.Name == tool && known.Available)?.Version;

    public static IEnumerable<Tool> ToolsOf(StoredNode node) => ProtoJson.ParseAll<Tool>(node.Tools);

    public static DrainFlag? DrainOf(StoredNode node) => node.Drain is null ? null : ProtoJson.Parse<DrainFlag>(node.Drain);

    /// <summary>Sets or lifts an operator's flag that keeps new work away.</summary>
    /// <exception cref="FailureException">NOT_FOUND.</exception>
    public async Task SetDrainAsync(string id, DrainFlag? flag, CancellationToken cancellation)
    {
        string? text = flag is null ? null : ProtoJson.Format(flag);
        if (await store.Nodes.For(StoredNode.SystemOwner).UpdateAsync(id, node => node with { Drain = text }, cancellation) is null)
        {
            throw new FailureException(FailureCode.NotFound, $"there is no build node {id}");
        }
    }

    /// <summary>Writes what a node says of itself; skipped while nothing but the time has changed and that not much.</summary>
    /// <returns>Whether an operator keeps new work away from it, and its last start: a call of another one is late, or the first of a new one.</returns>
    public async Task<(bool Drained, string LastBoot)> SeenAsync(SynchronizeRequest request, CancellationToken cancellation)
    {
        var node = new StoredNode
        {
            Id = request.NodeId,
            Name = request.Name,
            Boot = request.BootId,
            SeenAt = clock.GetUtcNow(),
            Slots = request.Slots,
            Busy = request.Running.Count,
            Draining = request.Draining,
            Sandbox = request.Sandbox,
            Tools = ProtoJson.FormatAll(request.Tools),
        };
        var nodes = store.Nodes.For(StoredNode.SystemOwner);
        var known = await nodes.GetAsync(node.Id, cancellation);
        if (known is null)
        {
            bool first = (await nodes.InsertAsync(node, cancellation)).Inserted;
            return (false, first ? node.Boot : await LastBootAsync(node.Id, cancellation));
        }

        bool drained = known.Value.Drain is not null;
        if (known.Value.Boot != node.Boot)
        {
            // Only a process that lives can name the start before it: a call that was long on its way cannot.
            await nodes.UpdateAsync(node.Id, last => last.Boot == request.AfterBoot ? node with { Unknown = last.Unknown, Drain = last.Drain } : null, cancellation);
            return (drained, await LastBootAsync(node.Id, cancellation));
        }

        if (node.SeenAt - known.Value.SeenAt > options.Value.Heartbeat || !SameBut(known.Value, node))
        {
            await nodes.ReplaceIfVersionAsync(node with { Unknown = known.Value.Unknown, Drain = known.Value.Drain }, known.Version, cancellation);
        }

        return (drained, node.Boot);
    }

    /// <summary>The last start of a node.</summary>
    public async Task<string> LastBootAsync(string id, CancellationToken cancellation) => (await store.Nodes.For(StoredNode.SystemOwner).GetAsync(id, cancellation))?.Value.Boot ?? "";

    private static bool SameBut(StoredNode a, StoredNode b) =>
        (a.Busy, a.Slots, a.Draining, a.Sandbox, a.Name) == (b.Busy, b.Slots, b.Draining, b.Sandbox, b.Name) && a.Tools.SequenceEqual(b.Tools);

    private static StepDescription Describe(Tool tool) => new(tool.Name, tool.Version, ModelTypes.FormOf(tool.From), ModelTypes.FormOf(tool.To), StepHost.Managed);
}
