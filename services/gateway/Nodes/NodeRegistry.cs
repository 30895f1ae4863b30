using Platform.Contracts.Hub.V1;
using Platform.Contracts.Node.V1;
using Platform.ServiceDefaults;
using Platform.Store;
using Platform.Toolchains.Steps;

namespace Platform.Gateway.Nodes;

/// <summary>Which build nodes there are and what they can do.</summary>
internal sealed class NodeRegistry(GatewayStore store, Microsoft.Extensions.Options.IOptions<GatewayOptions> options, TimeProvider clock)
{
    private const int MostBoots = 16;

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
    /// <returns>Whether an operator keeps new work away from it.</returns>
    /// <exception cref="FailureException">NOT_YOURS: the call is from before its last start.</exception>
    public async Task<bool> SeenAsync(SynchronizeRequest request, CancellationToken cancellation)
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
            await nodes.InsertAsync(node, cancellation);
        }
        else if (known.Value.EarlierBoots.Contains(node.Boot))
        {
            throw new FailureException(FailureCode.NotYours, $"a later start of build node {node.Id} has called: this call is late");
        }
        else if (known.Value.Boot != node.Boot)
        {
            await nodes.UpdateAsync(
                node.Id,
                last => last.Boot == node.Boot || last.EarlierBoots.Contains(node.Boot) ? null : node with { Unknown = last.Unknown, Drain = last.Drain, EarlierBoots = [last.Boot, .. last.EarlierBoots.Take(MostBoots - 1)] },
                cancellation);
        }
        else if (node.SeenAt - known.Value.SeenAt > options.Value.Heartbeat || !SameBut(known.Value, node))
        {
            await nodes.ReplaceIfVersionAsync(node with { Unknown = known.Value.Unknown, Drain = known.Value.Drain, EarlierBoots = known.Value.EarlierBoots }, known.Version, cancellation);
        }

        return known?.Value.Drain is not null;
    }

    private static bool SameBut(StoredNode a, StoredNode b) =>
        (a.Busy, a.Slots, a.Draining, a.Sandbox, a.Name) == (b.Busy, b.Slots, b.Draining, b.Sandbox, b.Name) && a.Tools.SequenceEqual(b.Tools);

    private static StepDescription Describe(Tool tool) => new(tool.Name, tool.Version, ModelTypes.FormOf(tool.From), ModelTypes.FormOf(tool.To), StepHost.Managed);
}
