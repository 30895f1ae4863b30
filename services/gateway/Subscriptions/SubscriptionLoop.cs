using Microsoft.Extensions.Options;
using Platform.Gateway.Jobs;
using Platform.ServiceDefaults;
using Platform.Store;

namespace Platform.Gateway.Subscriptions;

/// <summary>Delivers the events of an organization when its doorbell rings, and whatever no doorbell told at every scan.</summary>
internal sealed partial class SubscriptionLoop(GatewayStore store, SubscriptionPump pump, ExchangeSubscriptions exchange, IOptions<GatewayOptions> options, TimeProvider clock, ILogger<SubscriptionLoop> logger) : BackgroundService
{
    // A receiver that hangs holds one of these until its time is over.
    private const int AtOnce = 64;

    // The first event goes at once, those of the next moment together: each look at the log, and each confirmation of the bus, costs as
    // much for one as for many.
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    private readonly BellQueue<string> _bells = new(id => id, mostOfOne: 1);
    private readonly OneAtATime _pumps = new();

    /// <summary>There may be events of an organization.</summary>
    public void Ring(string owner) => _bells.Ring(owner);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => RunAsync(stoppingToken);

    /// <summary>Delivers until it is cancelled.</summary>
    internal async Task RunAsync(CancellationToken stoppingToken)
    {
        var bells = _bells.AnswerAsync(AtOnce, AnswerAsync, stoppingToken);
        using var timer = new PeriodicTimer(options.Value.ScanInterval, clock);
        do
        {
            await GuardAsync("scan", () => ScanAsync(stoppingToken), stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
        await bells;
    }

    private async Task AnswerAsync(string owner, CancellationToken cancellation)
    {
        await GuardAsync(owner, () => PumpOwnedAsync(owner, cancellation), cancellation);
        await Task.Delay(s_pause, clock, cancellation);
    }

    private async Task PumpOwnedAsync(string owner, CancellationToken cancellation) =>
        await PumpAllAsync(await store.Subscriptions.For(owner).QueryAsync("of", ReadOnlyMemory<object>.Empty, new PageRequest(PageRequest.LargestLimit), cancellation), cancellation);

    private async Task ScanAsync(CancellationToken cancellation)
    {
        await exchange.EnsureAsync(cancellation);
        IndexPosition? after = null;
        do
        {
            var page = await store.Subscriptions.AsSystem().QueryAsync("active", ReadOnlyMemory<object>.Empty, new PageRequest(500, After: after), cancellation);
            await PumpAllAsync(page, cancellation);
            after = page.Next;
        }
        while (after is not null);
    }

    private Task PumpAllAsync(Page<StoredSubscription> page, CancellationToken cancellation) =>
        SideBySide.ForEachAsync(
            page.Items.Select(item => item.Value).Where(subscription => subscription.DisabledReason is null),
            AtOnce,
            (subscription, stop) => GuardAsync(subscription.Id, () => _pumps.RunAsync(subscription.Id, () => pump.PumpAsync(subscription.Owner, subscription.Id, stop)), stop),
            cancellation);

    private async Task GuardAsync(string what, Func<Task> work, CancellationToken cancellation)
    {
        try
        {
            await work();
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            NotDelivered(logger, what, error);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Delivering the events of {What} failed; it is tried again")]
    private static partial void NotDelivered(ILogger logger, string what, Exception error);
}
