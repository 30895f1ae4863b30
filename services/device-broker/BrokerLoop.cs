using Microsoft.Extensions.Options;
using Platform.Contracts.Hub.V1;
using Platform.DeviceBroker.Devices;
using Platform.DeviceBroker.Runs;
using Platform.DeviceBroker.Scheduling;
using Platform.ServiceDefaults;
using Platform.Store;

namespace Platform.DeviceBroker;

/// <summary>Looks from time to time at everything that may be due: silent hosts, reservations that came to nothing, news the gateway has not heard.</summary>
internal sealed partial class BrokerLoop(BrokerStore store, DeviceLedger devices, RunQueue queue, RunService runs, RunReporter reporter, RunBells bells, IOptions<BrokerOptions> options, TimeProvider clock, ILogger<BrokerLoop> logger)
    : BackgroundService
{
    // Devices are many and their documents large; their hosts' calls tell this broker at once what changes.
    private const int ScansBetweenLooksAtDevices = 5;

    private DateTimeOffset _lookAtDevicesAt;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => RunAsync(stoppingToken);

    /// <summary>Looks until it is cancelled.</summary>
    internal async Task RunAsync(CancellationToken stoppingToken)
    {
        var beside = Task.WhenAll(reporter.AnswerBellsAsync(stoppingToken), bells.RunAsync(stoppingToken));
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
        await beside;
    }

    /// <summary>One look at everything.</summary>
    internal async Task ScanAsync(CancellationToken cancellation)
    {
        await LookAtDevicesAsync(cancellation);
        await ReadQueueAsync(cancellation);
        await reporter.ReportAllAsync(cancellation);
        await LoseSilentDevicesAsync(cancellation);
        await LoseStraysAsync(await queue.SweepAsync(cancellation), cancellation);
        await queue.ShareUsageAsync(cancellation);
    }

    private async Task ReadQueueAsync(CancellationToken cancellation)
    {
        bool first = !queue.IsReady;
        await queue.ScanAsync(cancellation);
        if (first)
        {
            bells.RingForAll();
        }
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

    private async Task LookAtDevicesAsync(CancellationToken cancellation)
    {
        if (clock.GetUtcNow() < _lookAtDevicesAt)
        {
            return;
        }

        _lookAtDevicesAt = clock.GetUtcNow() + (ScansBetweenLooksAtDevices * options.Value.ScanInterval);
        IndexPosition? after = null;
        do
        {
            var page = await store.Devices.AsSystem().QueryAsync("name", ReadOnlyMemory<object>.Empty, new PageRequest(1000, After: after), cancellation);
            var seen = page.Items.Select(item => item.Value).ToList();
            queue.Observe(seen);
            await ReleaseReservationsAsync(seen, cancellation);
            after = page.Next;
        }
        while (after is not null);
    }

    // A broker that died between reserving a device and assigning the run leaves a reservation for nobody.
    private async Task ReleaseReservationsAsync(IEnumerable<StoredDevice> seen, CancellationToken cancellation)
    {
#if PLANTED_BUGS
        if (Planting.Planted.IsOn("RESERVATION_NEVER_LAPSES"))
        {
            return;
        }
#endif
        foreach (var device in seen.Where(device => device.State == DeviceState.Reserved && clock.GetUtcNow() - device.Since > options.Value.Reservation))
        {
            var run = (await store.Runs.For(device.RunOwner!).GetAsync(device.RunId!, cancellation))?.Value;
            if (run is null || run.DeviceEpoch != device.Epoch || run.DeviceId != device.Id)
            {
                await devices.ReleaseAsync(device, cancellation);
            }
        }
    }

    // A device goes on only after its run has ended: a run whose device has gone on without was lost between the two.
    private async Task LoseStraysAsync(IEnumerable<StoredRun> swept, CancellationToken cancellation)
    {
        foreach (var run in swept.Where(run => run.Phase is RunPhase.Assigned or RunPhase.Running))
        {
            if (await devices.FindAsync(run.DeviceId!, cancellation) is not { } device || (device.RunId == run.Id && device.Epoch == run.DeviceEpoch))
            {
                continue;
            }

            var lost = Failures.Of(FailureCode.DeviceLost, $"{device.Name} has gone on without it");
            await runs.EndAsync(run.Owner, run.Id, run.DeviceEpoch, RunPhase.Failed, null, lost, cancellation);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Looking for what is due failed; it is tried again")]
    private static partial void NotScanned(ILogger logger, Exception error);
}
