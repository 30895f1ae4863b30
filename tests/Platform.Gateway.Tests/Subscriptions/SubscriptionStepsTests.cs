using Platform.Gateway.Subscriptions;

namespace Platform.Gateway.Tests.Subscriptions;

/// <summary>Leases, back-off and the end of a subscription, as its document tells them.</summary>
public sealed class SubscriptionStepsTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);
    private static readonly SubscriptionOptions s_options = new();

    [Fact]
    public void Taken_IsOneGatewaysUntilItsLeaseLapses()
    {
        var held = Take(New(), "a", s_now)!;
        Assert.Null(Take(held, "b", s_now + s_options.Lease - TimeSpan.FromSeconds(1)));
        Assert.NotNull(Take(held, "a", s_now + TimeSpan.FromSeconds(1)));
        Assert.Equal("b", Take(held, "b", s_now + s_options.Lease)!.Lease!.Holder);
        Assert.Equal("b", SubscriptionSteps.Taken(held, "b", alone: true, s_now, s_options.Lease)!.Lease!.Holder);
    }

    [Fact]
    public void Failed_WaitsLongerEachTime_UpToTheLongest_AndNotBefore()
    {
        var failing = New();
        var waits = new List<TimeSpan>();
        for (int i = 0; i < 15; i++)
        {
            failing = Fail(failing, new DeliveryFailure("500"), s_now);
            waits.Add(failing.NextAt!.Value - s_now);
            Assert.Null(Take(failing, "a", failing.NextAt.Value - TimeSpan.FromMilliseconds(1)));
            Assert.NotNull(Take(failing, "a", failing.NextAt.Value));
        }

        Assert.Equal(waits.Order(), waits);
        Assert.Equal(s_options.FirstBackOff * 0.75, waits[0]);
        Assert.Equal(s_options.LongestBackOff * 0.75, waits[^1]);
        Assert.Equal((0L, 15), (failing.Cursor, failing.Failures));
    }

    [Fact]
    public void Failed_ForLongEnough_Disables_AndDeliveredStartsAnew()
    {
        var failing = Fail(New(), new DeliveryFailure("500"), s_now);
        Assert.Null(Fail(failing, new DeliveryFailure("500"), s_now + s_options.DisableAfter - TimeSpan.FromSeconds(1)).DisabledReason);
        var disabled = Fail(failing, new DeliveryFailure("500"), s_now + s_options.DisableAfter);
        Assert.Contains("500", disabled.DisabledReason, StringComparison.Ordinal);
        Assert.Null(Take(disabled, "a", s_now + TimeSpan.FromDays(100)));
        var again = SubscriptionSteps.Delivered(Take(failing, "a", failing.NextAt!.Value)!, 7, s_now, s_options.Lease);
        Assert.Equal((7L, 0, ""), (again.Cursor, again.Failures, again.LastFailure));
        Assert.Null(Fail(again, new DeliveryFailure("500"), s_now + s_options.DisableAfter).DisabledReason);
    }

    [Fact]
    public void Failed_ByAReceiverThatWantsNoMore_DisablesAtOnce_AndReplayEnables()
    {
        var disabled = Fail(New(), new DeliveryFailure("410", Final: true), s_now);
        Assert.Equal("410", disabled.DisabledReason);
        var replayed = SubscriptionSteps.Replayed(disabled, 3);
        Assert.Equal(3, replayed.Cursor);
        Assert.NotNull(Take(replayed, "a", s_now));
    }

    [Fact]
    public void Failed_WithRetryAfter_WaitsAsLong_WithinTheLongest()
    {
        Assert.Equal(s_now + TimeSpan.FromMinutes(10), Fail(New(), new DeliveryFailure("429", TimeSpan.FromMinutes(10)), s_now).NextAt);
        Assert.Equal(s_now + (s_options.FirstBackOff * 0.75), Fail(New(), new DeliveryFailure("429", TimeSpan.FromDays(10)), s_now).NextAt);
    }

    private static StoredSubscription New() => new() { Id = "w1", Owner = "o1", Kind = SubscriptionKind.Webhook, CreatedAt = s_now, Cursor = 0 };

    private static StoredSubscription? Take(StoredSubscription subscription, string holder, DateTimeOffset now) => SubscriptionSteps.Taken(subscription, holder, alone: false, now, s_options.Lease);

    private static StoredSubscription Fail(StoredSubscription subscription, DeliveryFailure failure, DateTimeOffset now) => SubscriptionSteps.Failed(subscription, failure, s_options, 0.5, now);
}
