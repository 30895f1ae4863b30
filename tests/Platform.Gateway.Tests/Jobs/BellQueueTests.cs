using Platform.Gateway.Jobs;

namespace Platform.Gateway.Tests.Jobs;

/// <summary>Whose bell is answered next.</summary>
public sealed class BellQueueTests
{
    [Fact]
    public async Task Answer_OrganizationsTakeTurns_AndEachThingIsAnsweredOnce()
    {
        var queue = new BellQueue<(string Owner, int Job)>(bell => bell.Owner);
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
}
