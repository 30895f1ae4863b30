using Platform.ServiceDefaults;

namespace Platform.Store.Tests;

public sealed class GatheringTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ask_WhileOthersAreUnderWay_GoesTogether()
    {
        var held = new TaskCompletionSource();
        var sizes = new List<int>();
        var gathering = new Gathering<int, int>(
            async (batch, _) =>
            {
                lock (sizes)
                {
                    sizes.Add(batch.Count);
                }

                await held.Task;
                foreach (var one in batch)
                {
                    one.Answer(one.Ask * 2);
                }
            },
            TimeSpan.FromMinutes(1), TimeProvider.System);
        var asked = Enumerable.Range(0, 10).Select(i => gathering.AskAsync(i, Cancellation)).ToList();
        held.SetResult();
        Assert.Equal(Enumerable.Range(0, 10).Select(i => i * 2), await Task.WhenAll(asked));
        Assert.Equal([1, 9], sizes);
    }

    [Fact]
    public async Task Ask_ErrorOfACall_IsToldToThoseInItOnly()
    {
        var gathering = new Gathering<int, int>(
            (batch, _) =>
            {
                batch[0].Answer(1);
                return batch[0].Ask == 7 ? throw new InvalidOperationException("broken") : Task.CompletedTask;
            },
            TimeSpan.FromMinutes(1), TimeProvider.System);
        Assert.Equal(1, await gathering.AskAsync(7, Cancellation));
        Assert.Equal(1, await gathering.AskAsync(8, Cancellation));
    }

    [Fact]
    public async Task Ask_CallThatNeverEnds_IsGivenUpAndTheNextGoes()
    {
        var gathering = new Gathering<int, int>(
            async (batch, stop) =>
            {
                if (batch[0].Ask == 0)
                {
                    await new TaskCompletionSource().Task.WaitAsync(stop);
                }

                batch[0].Answer(batch[0].Ask);
            },
            TimeSpan.FromMilliseconds(50), TimeProvider.System);
        var hanging = gathering.AskAsync(0, Cancellation);
        Assert.Equal(1, await gathering.AskAsync(1, Cancellation));
        await Assert.ThrowsAsync<TimeoutException>(() => hanging);
    }
}
