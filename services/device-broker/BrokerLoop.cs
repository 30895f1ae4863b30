using Microsoft.Extensions.Options;
using Platform.Contracts.Hub.V1;
using Platform.DeviceBroker.Devices;
using Platform.DeviceBroker.Runs;
using Platform.ServiceDefaults;
using Platform.Store;

namespace Platform.DeviceBroker;

/// <summary>Looks from time to time at everything that may be due: silent hosts, reservations that came to nothing, news the gateway has not heard.</summary>
internal sealed partial class BrokerLoop(BrokerStore store, DeviceLedger devices, RunService runs, RunReporter reporter, IOptions<BrokerOptions> options, TimeProvider clock, ILogger<BrokerLoop> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var bells = reporter.AnswerBellsAsync(stoppingToken);
        using var timer = new PeriodicTimer(options.Value.ScanInterval, clock);
        do
        {
            try
            {
                await ScanAsync(stoppingToken);
            }
            catch (Exception error) when (error is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                NotScanned(logger, error);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
        await bells;
    }

    /// <summary>One look at everything.</summary>
    internal async Task ScanAsync(CancellationToken cancellation)
    {
        await reporter.ReportAllAsync(cancellation);
        await LoseSilentDevicesAsync(cancellation);
        await ReleaseReservationsAsync(cancellation);
    }

    private async Task LoseSilentDevicesAsync(CancellationToken cancellation)
    {
        var silent = await store.Devices.AsSystem().QueryBeforeAsync("seen", new object[] { clock.GetUtcNow() - options.Value.HostLease }, new PageRequest(1000), cancellation);
        foreach (var device in silent.Items.Select(item => item.Value))
        {
            if (device.RunId is { } runId)
            {
                var lost = Failures.Of(FailureCode.DeviceLost, $"the host of {device.Name} has not been heard of since {device.SeenAt:u}");
                await runs.EndAsync(device.RunOwner!, runId, device.Epoch, RunPhase.Failed, null, lost, cancellation);
            }

            await devices.UpdateAsync(device, current => current.SeenAt == device.SeenAt ? current with { State = DeviceState.Offline, Since = clock.GetUtcNow(), HealthReason = "its host is silent" } : null, cancellation);
        }
    }

    // A broker that died between reserving a device and assigning the run leaves a reservation for nobody.
    private async Task ReleaseReservationsAsync(CancellationToken cancellation)
    {
        var page = await store.Devices.AsSystem().QueryAsync("name", ReadOnlyMemory<object>.Empty, new PageRequest(PageRequest.LargestLimit), cancellation);
        foreach (var device in page.Items.Select(item => item.Value).Where(device => device.State == DeviceState.Reserved && clock.GetUtcNow() - device.Since > options.Value.Reservation))
        {
            var run = (await store.Runs.For(device.RunOwner!).GetAsync(device.RunId!, cancellation))?.Value;
            if (run is null || run.DeviceEpoch != device.Epoch || run.DeviceId != device.Id)
            {
                await devices.UpdateAsync(device, current => current.Epoch == device.Epoch && current.State == DeviceState.Reserved ? current with { State = DeviceState.Idle, RunId = null, RunOwner = null } : null, cancellation);
            }
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Looking for what is due failed; it is tried again")]
    private static partial void NotScanned(ILogger logger, Exception error);
}
