using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Platform.Contracts.Node.V1;
using Platform.Gateway.Nodes;
using Platform.Store.Memory;

namespace Platform.Gateway.Tests.Nodes;

public sealed class NodeRegistryTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Seen_NewStartThatNamesTheLast_IsTheLast()
    {
        var nodes = await OpenAsync();
        Assert.Equal("first", await SeenAsync(nodes, "first"));
        Assert.Equal("first", await SeenAsync(nodes, "second"));
        Assert.Equal("second", await SeenAsync(nodes, "second", after: "first"));
        Assert.Equal("second", await SeenAsync(nodes, "second", after: "first"));
    }

    [Fact]
    public async Task Seen_LateCallsOfEarlierStarts_ChangeNothing()
    {
        var nodes = await OpenAsync();
        await SeenAsync(nodes, "first");
        await SeenAsync(nodes, "second", after: "first");

        // One that was never heard of, one that was told of the first start and died, and the first itself.
        Assert.Equal("second", await SeenAsync(nodes, "unheard"));
        Assert.Equal("second", await SeenAsync(nodes, "died", after: "first"));
        Assert.Equal("second", await SeenAsync(nodes, "first"));
        Assert.Equal("second", await nodes.LastBootAsync("n", Cancellation));
    }

    private static async Task<NodeRegistry> OpenAsync()
    {
        var store = new GatewayStore(new MemoryStore());
        await store.OpenAsync(Cancellation);
        return new NodeRegistry(store, Options.Create(new GatewayOptions()), new FakeTimeProvider());
    }

    private static async Task<string> SeenAsync(NodeRegistry nodes, string boot, string after = "") =>
        (await nodes.SeenAsync(new SynchronizeRequest { NodeId = "n", BootId = boot, AfterBoot = after, Name = "n" }, Cancellation)).LastBoot;
}
