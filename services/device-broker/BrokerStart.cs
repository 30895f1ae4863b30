namespace Platform.DeviceBroker;

/// <summary>Opens the store before the first request is served.</summary>
internal sealed class BrokerStart(BrokerStore store) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => store.OpenAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
