using Microsoft.Extensions.Time.Testing;
using Platform.Gateway.Jobs;
using Platform.Store;

namespace Platform.Gateway.Tests.Jobs;

/// <summary>When a job's pass is followed by another one.</summary>
public sealed class DueJobsTests
{
    private readonly FakeTimeProvider _clock = new(JobSamples.Now);
    private readonly DueJobs _due;
    private readonly List<Versioned<Job>?> _given = [];

    public DueJobsTests() => _due = new DueJobs(_clock);

    [Fact]
    public async Task Pass_SeesWhatItWrote_IsNotRepeated()
    {
        _due.Wrote(Job(1), isDue: true);
        await AnswerAsync(_ =>
        {
            _due.Wrote(Job(2), isDue: true);
            return Task.FromResult(2L);
        });
        Assert.Equal([1], _given.Select(job => job!.Version));
    }

    [Fact]
    public async Task InHand_IsWhatWaitsOrIsUnderWay_AndNothingElse()
    {
        _due.Wrote(Job(1), isDue: true);
        Assert.True(_due.IsInHand(Job(1)));
        Assert.Equal(1, _due.Waiting);
        await AnswerAsync(_ =>
        {
            Assert.True(_due.IsInHand(Job(1)));
            Assert.Equal(0, _due.Waiting);
            return Task.FromResult(1L);
        });
        Assert.False(_due.IsInHand(Job(1)));
    }

    [Fact]
    public async Task Pass_SomebodyWroteMeanwhile_IsRepeated()
    {
        _due.Wrote(Job(1), isDue: true);
        await AnswerAsync(_ =>
        {
            _due.Wrote(Job(_given.Count == 1 ? 2 : 1), isDue: true);
            return Task.FromResult(1L);
        });
        Assert.Equal(2, _given.Count);
    }

    [Fact]
    public async Task Pass_Unfinished_IsRepeated()
    {
        _due.Wrote(Job(1), isDue: true);
        await AnswerAsync(_ => Task.FromResult(_given.Count == 1 ? DueJobs.Unfinished : 1));
        Assert.Equal(2, _given.Count);
    }

    [Fact]
    public async Task Pass_Fails_IsNotRepeatedAtOnce()
    {
        _due.Wrote(Job(1), isDue: true);
        await AnswerAsync(_ =>
        {
            _due.Wrote(Job(2), isDue: true);
            throw new IOException("out of reach");
        });
        Assert.Single(_given);

        _due.Wrote(Job(3), isDue: true);
        await AnswerAsync(_ => Task.FromResult(3L));
        Assert.Equal(3, _given[^1]!.Version);
    }

    [Fact]
    public async Task Pass_OfAScanWhileOneIsUnderWay_IsLeftToThatOne()
    {
        int passes = 0;
        _due.Wrote(Job(1), isDue: true);
        await AnswerAsync(async job =>
        {
            passes++;
            await _due.PassAsync(job, (_, _) => throw new InvalidOperationException("two at once"), TestContext.Current.CancellationToken);
            return 1;
        });
        Assert.Equal(1, passes);
    }

    [Fact]
    public async Task Wrote_NotDue_RingsForNothing_ButIsWhatAPassIsGiven()
    {
        _due.Wrote(Job(1), isDue: false);
        await AnswerAsync(_ => Task.FromResult(1L));
        Assert.Empty(_given);

        _due.Wrote(Job(2), isDue: true);
        _due.Wrote(Job(3), isDue: false);
        _due.Wrote(Job(2), isDue: true);
        await AnswerAsync(_ => Task.FromResult(3L));
        Assert.Equal([3], _given.Select(job => job!.Version));
    }

    [Fact]
    public async Task Wrote_LongAgo_IsReadAgain()
    {
        _due.Wrote(Job(1), isDue: true);
        _clock.Advance(TimeSpan.FromSeconds(30));
        await AnswerAsync(_ => Task.FromResult(1L));
        Assert.Null(Assert.Single(_given));
    }

    private static Versioned<Job> Job(long version) => new(JobSamples.New(JobKind.Profile), version);

    // Answers what waits; all that is awaited here is done when it is asked for.
    private async Task AnswerAsync(Func<Versioned<Job>, Task<long>> pass)
    {
        using var stop = new CancellationTokenSource();
        var answering = _due.AnswerAsync(
            1,
            async (_, _, written, cancellation) =>
            {
                _given.Add(written);
                try
                {
                    await _due.PassAsync(written ?? Job(1), (job, _) => pass(job), cancellation);
                }
                catch (IOException)
                {
                    Assert.NotEmpty(_given);
                }
            },
            stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answering);
    }
}
