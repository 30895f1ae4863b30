using TestKit.Hub;

namespace Platform.Host.Tests;

/// <summary>How the host ends when it is asked to.</summary>
public sealed class HostEndTests
{
    [Fact]
    public async Task Terminated_EndsInOrder_WithoutAFailure()
    {
        await using var hub = await HubProcess.StartAsync();
        Assert.True(await hub.EndAsync() == 0, hub.Log);
        Assert.DoesNotContain("Unhandled exception", hub.Log, StringComparison.Ordinal);
    }
}
