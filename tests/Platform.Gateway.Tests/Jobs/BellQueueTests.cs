using Platform.Gateway.Jobs;

namespace Platform.Gateway.Tests.Jobs;

/// <summary>Whose bell is answered next.</summary>
public sealed class BellQueueTests
{
    [Fact]
    public async Task Answer_OrganizationsTakeTurns_AndEachThingIsAnsweredOnce()
    {
        var queue = new BellQueue<(string Owner, int Job)>(bell => bell.Owner, mostOfOne: 1);
        for (int job = 0; job < 100; job++)
        {
            queue.Ring(("flooder", job));
            queue.Ring(("flooder", job));
        }

        queue.Ring(("other", 0));
        queue.Ring(("other", 1));
        var answered = new List<(string Owner, int Job)>();
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => queue.AnswerAsync(
            1,
            async (bell, _) =>
            {
                answered.Add(bell);
                if (answered.Count == 102)
                {
                    await stop.CancelAsync();
                }
            },
            stop.Token));
        Assert.Equal([("flooder", 0), ("other", 0), ("flooder", 1), ("other", 1), ("flooder", 2)], answered.Take(5));
        Assert.Equal(102, answered.Distinct().Count());
    }

    [Fact]
    public async Task Answer_OneOrganizationHoldsAllItMay_AnotherIsAnsweredAtOnce()
    {
        var queue = new BellQueue<(string Owner, int Job)>(bell => bell.Owner, mostOfOne: 2);
        for (int job = 0; job < 100; job++)
        {
            queue.Ring(("flooder", job));
        }

        int held = 0;
        int most = 0;
        using var stop = new CancellationTokenSource();
        var hang = new TaskCompletionSource();
        var allHeld = new TaskCompletionSource();
        var otherAnswered = new TaskCompletionSource();
        var answering = queue.AnswerAsync(
            3,
            async (bell, cancellation) =>
            {
                if (bell.Owner == "other")
                {
                    otherAnswered.SetResult();
                    return;
                }

                most = Math.Max(most, Interlocked.Increment(ref held));
                if (most == 2)
                {
                    allHeld.TrySetResult();
                }

                await hang.Task.WaitAsync(cancellation);
                Interlocked.Decrement(ref held);
                if (bell.Job == 99)
                {
                    await stop.CancelAsync();
                }
            },
            stop.Token);
        await allHeld.Task.WaitAsync(TestContext.Current.CancellationToken);
        queue.Ring(("other", 0));
        await otherAnswered.Task.WaitAsync(TestContext.Current.CancellationToken);

        // Those that waited for a place get it.
        hang.SetResult();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answering);
        Assert.Equal(2, most);
    }
}
