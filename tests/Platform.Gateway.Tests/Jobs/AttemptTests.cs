using Platform.Gateway.Jobs;
using static Platform.Gateway.Tests.Jobs.JobSamples;

namespace Platform.Gateway.Tests.Jobs;

/// <summary>What an attempt that nobody ended is said to be.</summary>
public sealed class AttemptTests
{
    [Theory]
    [InlineData("Running", 0, "running")]
    [InlineData("Queued", 0, "lost")]
    [InlineData("Running", 1, "lost")]
    [InlineData("Success", 1, "lost")]
    [InlineData("Success", 0, "succeeded")]
    [InlineData("Finalizing", 0, "succeeded")]
    [InlineData("Cancelled", 0, "cancelled")]
    [InlineData("Failed", 0, "failed")]
    public void SeenFrom_AttemptThatWasNotEnded_IsWhatTheJobSays(string phase, int grantsSince, string outcome)
    {
        var job = In(Enum.Parse<Phase>(phase), JobKind.Compile);
        var attempt = new Attempt { Id = "x", Owner = job.Owner, JobId = job.Id, Epoch = job.Epoch - grantsSince, Worker = "node", StartedAt = Now };

        Assert.Equal(outcome, attempt.SeenFrom(job).Outcome);
    }

    [Fact]
    public void SeenFrom_AttemptThatWasEnded_StaysWhatItIs()
    {
        var job = In(Phase.Cancelled, JobKind.Compile);
        var attempt = new Attempt { Id = "x", Owner = job.Owner, JobId = job.Id, Epoch = job.Epoch, Worker = "node", StartedAt = Now, Outcome = "killed" };

        Assert.Same(attempt, attempt.SeenFrom(job));
    }
}
