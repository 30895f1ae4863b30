using Platform.Host.Tests.Hosting;
using TestKit.Hub;

[assembly: AssemblyFixture(typeof(HubFixture))]

namespace Platform.Host.Tests.Hosting;

/// <summary>One hub for all tests that do not kill it.</summary>
public sealed class HubFixture : IAsyncLifetime
{
    private HubProcess? _hub;

    /// <summary>Whether the tests of this run see the distributed hub (<c>HUB_E2E=distributed</c>) and not the embedded one.</summary>
    public static bool IsDistributed { get; } = Environment.GetEnvironmentVariable("HUB_E2E") == "distributed";

    internal HubProcess Hub => _hub!;

    internal Assets Assets { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _hub = IsDistributed ? await HubProcess.StartDistributedAsync() : await HubProcess.StartAsync();
        Assets = await Assets.UploadAsync(_hub);
    }

    public async ValueTask DisposeAsync()
    {
        if (_hub is not null)
        {
            await _hub.DisposeAsync();
        }
    }
}
