using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Platform.Gateway.Events;
using Platform.Gateway.Operation;
using Platform.Gateway.Subscriptions;
using Platform.Gateway.Webhooks;
using TestKit.Hub;
using Platform.ServiceDefaults;
using Platform.Store.Memory;

namespace Platform.Gateway.Tests.Subscriptions;

/// <summary>Two gateways and one webhook: who delivers, and who takes over.</summary>
public sealed class SubscriptionPumpTests
{
    private const int Events = 60;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pump_FromTwoGatewaysAtOnce_DeliversEachEventOnce_InOrder()
    {
        await using var documents = new MemoryStore();
        await using var receiver = new WebhookReceiver();
        var world = await World.OpenAsync(documents, receiver);
        using Gateway first = new(world), second = new(world);
        while (await world.CursorAsync() < Events)
        {
            await Task.WhenAll(new[] { first, second, first, second }.Select(gateway => gateway.Turns.RunAsync("w1", () => gateway.Pump.PumpAsync("o1", "w1", Cancellation))));
        }

        Assert.Equal(Enumerable.Range(1, Events), receiver.Taken.Select(delivery => delivery.Sequence));
    }

    [Fact]
    public async Task Pump_OfAGatewayThatDies_IsTakenOver_WhenItsLeaseLapses_AndOneEventMayComeTwice()
    {
        await using var documents = new MemoryStore();
        await using var receiver = new WebhookReceiver();
        var world = await World.OpenAsync(documents, receiver);
        using Gateway first = new(world), second = new(world);
        using var death = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        receiver.Answer = delivery =>
        {
            if (delivery.Sequence == 20)
            {
                death.Cancel();
            }

            return 204;
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.Pump.PumpAsync("o1", "w1", death.Token));
        receiver.Answer = _ => 204;
        await second.Pump.PumpAsync("o1", "w1", Cancellation);
        Assert.Equal(20, receiver.Taken[^1].Sequence);
        world.Clock.Advance(new SubscriptionOptions().Lease);
        await second.Pump.PumpAsync("o1", "w1", Cancellation);
        Assert.Equal(Enumerable.Range(1, Events), receiver.Taken.DistinctBy(delivery => delivery.Id).Select(delivery => delivery.Sequence));
        Assert.InRange(receiver.Taken.Count, Events, Events + 1);
    }

    [Fact]
    public async Task Pump_DuringWhichTheWebhookIsReplayed_LetsGo_AndGoesOnFromThere()
    {
        await using var documents = new MemoryStore();
        await using var receiver = new WebhookReceiver();
        var world = await World.OpenAsync(documents, receiver);
        using Gateway gateway = new(world);
        receiver.Answer = delivery =>
        {
            if (delivery.Sequence == 30 && receiver.Taken.Count == 29)
            {
                world.Store.Subscriptions.For("o1").UpdateAsync("w1", webhook => SubscriptionSteps.Replayed(webhook, 10), Cancellation).Wait(Cancellation);
            }

            return 204;
        };
        await gateway.Pump.PumpAsync("o1", "w1", Cancellation);
        Assert.Equal(10, await world.CursorAsync());
        await gateway.Pump.PumpAsync("o1", "w1", Cancellation);
        Assert.Equal(Enumerable.Range(1, 30).Concat(Enumerable.Range(11, Events - 10)), receiver.Taken.Select(delivery => delivery.Sequence));
    }

    [Fact]
    public async Task Turns_OfWhoComesMeanwhile_MakeTheOneAtItLookAgain()
    {
        var turns = new OneAtATime();
        var busy = new TaskCompletionSource();
        int looks = 0;
        var first = turns.RunAsync("x", () =>
        {
            looks++;
            return busy.Task;
        });
        await turns.RunAsync("x", () => throw new InvalidOperationException("two at once"));
        await turns.RunAsync("x", () => throw new InvalidOperationException("two at once"));
        busy.SetResult();
        await first;
        Assert.Equal(2, looks);
        await Assert.ThrowsAsync<TimeoutException>(() => turns.RunAsync("x", () => throw new TimeoutException()));
        await turns.RunAsync("x", () => Task.FromResult(looks++));
        Assert.Equal(3, looks);
    }

    /// <summary>What the gateways share.</summary>
    private sealed record World(GatewayStore Store, FakeTimeProvider Clock, WebhookReceiver Receiver)
    {
        public IOptions<WebhookOptions> Options { get; } = Microsoft.Extensions.Options.Options.Create(new WebhookOptions { AllowedNetworks = ["127.0.0.0/8"], Key = "the key of the tests" });

        public SecretBox Secrets => new(Options, Microsoft.Extensions.Options.Options.Create(new ServiceIdentityOptions()), new ConfigurationBuilder().Build(), RandomSource.Seeded(1));

        public static async Task<World> OpenAsync(MemoryStore documents, WebhookReceiver receiver)
        {
            var world = new World(new GatewayStore(documents), new FakeTimeProvider(new DateTimeOffset(2026, 11, 30, 12, 0, 0, TimeSpan.Zero)), receiver);
            await world.Store.OpenAsync(Cancellation);
            byte[] key = new byte[32];
            receiver.Secret = WebhookSignature.FormatSecret(key);
            await world.Store.Subscriptions.For("o1").InsertAsync(
                new StoredSubscription { Id = "w1", Owner = "o1", Kind = SubscriptionKind.Webhook, CreatedAt = world.Clock.GetUtcNow(), Url = receiver.Url, SealedSecret = world.Secrets.Seal("w1", key), Cursor = 0 },
                Cancellation);
            await world.Store.Events.For("o1").InsertManyAsync(
                Enumerable.Range(1, Events).Select(i => new LoggedEvent
                {
                    Id = $"j{i}.1.0", Owner = "o1", Seq = i, JobId = $"j{i}", Ver = 1, N = 0, Type = EventTypes.Created, At = world.Clock.GetUtcNow(), Kind = "Compile", Phase = "Pending", Message = "",
                }),
                Cancellation);
            return world;
        }

        public async Task<long> CursorAsync() => (await Store.Subscriptions.For("o1").GetAsync("w1", Cancellation))!.Value.Cursor;
    }

    private sealed class Gateway : IDisposable
    {
        private readonly EventLog _log;
        private readonly WebhookSender _sender;
        private readonly GatewayMetrics _metrics = new();

        public Gateway(World world)
        {
            _log = new EventLog(world.Store, TimeProvider.System);
            _sender = new WebhookSender(new AddressRules(world.Options), world.Secrets, world.Options, world.Clock);
            Pump = new SubscriptionPump(
                world.Store, _log, [_sender], _metrics, new BootIdentity(new IdSource(RandomSource.System)), RandomSource.System, Options.Create(new SubscriptionOptions()), Options.Create(new GatewayOptions()), world.Clock);
        }

        public SubscriptionPump Pump { get; }

        public OneAtATime Turns { get; } = new();

        public void Dispose()
        {
            _sender.Dispose();
            _metrics.Dispose();
        }
    }
}
