using Platform.Gateway.Jobs;
using static Platform.Gateway.Tests.Jobs.JobSamples;

namespace Platform.Gateway.Tests.Jobs;

/// <summary>What transitions do beside the phase.</summary>
public sealed class JobMachineTests
{
    [Fact]
    public void Granted_Queued_IsANewEpochAndAttempt()
    {
        var job = Apply(In(Phase.Queued, JobKind.Compile) with { WaitReason = "NoNode", Progress = new JobProgress("old", 1, 9) }, "Granted");

        Assert.Equal((Epoch + 1, 2), (job.Epoch, job.Attempts));
        Assert.Equal(new JobLease("node", "boot", Now.AddSeconds(60)), job.Lease);
        Assert.Equal(Now.AddSeconds(75), job.NextAt);
        Assert.Null(job.WaitReason);
        Assert.Null(job.Progress);
    }

    [Fact]
    public void Granted_BeforeTheBackOffEnds_ChangesNothing()
    {
        var waiting = In(Phase.Queued, JobKind.Compile) with { NotBefore = Now.AddSeconds(1) };

        Assert.Null(Machine.Apply(waiting, Possible["Granted"](Epoch, Now), Now));
        Assert.NotNull(Machine.Apply(waiting, Possible["Granted"](Epoch, Now), Now.AddSeconds(1)));
    }

    [Fact]
    public void AttemptFailed_Elsewhere_WaitsLongerEachTimeAndGivesUp()
    {
        var job = In(Phase.Running, JobKind.Compile);
        var waits = new List<double>();
        while ((job = Apply(job, "FailedElsewhere")).Phase == Phase.Queued)
        {
            waits.Add((job.NotBefore!.Value - Now).TotalSeconds);
            Assert.Null(job.Lease);
            job = Held(job);
        }

        Assert.Equal([10, 20, 40], waits);
        Assert.Equal(Phase.Failed, job.Phase);
        Assert.True(job.Failure!.Retried);
    }

    [Theory]
    [InlineData("FailedOnce", false)]
    [InlineData("FailedOnceLarger", true)]
    public void AttemptFailed_Once_IsTriedAgainOnce(string happened, bool larger)
    {
        var again = Apply(In(Phase.Running, JobKind.Compile), happened);
        Assert.Equal((Phase.Queued, larger), (again.Phase, again.Larger));

        var ended = Apply(Held(again), happened);
        Assert.Equal(Phase.Failed, ended.Phase);
        Assert.True(ended.Failure!.Retried);
    }

    [Theory]
    [InlineData("FailedElsewhere")]
    [InlineData("FailedOnce")]
    [InlineData("FailedOnceLarger")]
    public void AttemptFailed_AfterTheLastAttempt_Ends(string happened)
    {
        var job = Apply(In(Phase.Running, JobKind.Compile) with { Attempts = Policy.LargestAttempts }, happened);
        Assert.Equal(Phase.Failed, job.Phase);
        Assert.False(job.Failure!.Retried);
    }

    [Fact]
    public void AttemptFailed_WithLog_KeepsTheLog()
    {
        var job = Machine.Apply(In(Phase.Running, JobKind.Compile), new JobEvent.AttemptFailed(Epoch, Failure, RetryClass.Never, "b1"), Now)!;
        Assert.Equal("b1", job.Outcome!.LogBlobId);
    }

    [Fact]
    public void WorkerRestarted_AgainAndAgain_IsPoison()
    {
        var job = In(Phase.Running, JobKind.Compile);
        int restarts = 0;
        while ((job = Apply(job, "WorkerRestarted")).Phase == Phase.Queued)
        {
            restarts++;
            job = Held(job);
        }

        Assert.Equal(Policy.LargestRestarts - 1, restarts);
        Assert.Equal("POISONED", job.Failure!.Code);
    }

    [Fact]
    public void AttemptFailed_DiedTwice_IsPoison_AndNamesBothNodes()
    {
        var once = Machine.Apply(In(Phase.Running, JobKind.Compile), Death(Epoch), Now)!;
        Assert.Equal((Phase.Queued, true, false), (once.Phase, once.HasDiedOn("worker"), once.HasDiedOn("other")));

        var twice = Machine.Apply(Held(once) with { Lease = new JobLease("other", "boot", Now) }, Death(once.Epoch), Now)!;
        Assert.Equal((Phase.Failed, "POISONED", true), (twice.Phase, twice.Failure!.Code, twice.CleanUp));
        Assert.Contains("on worker and other", twice.Failure.Message, StringComparison.Ordinal);
        Assert.Equal("b1", twice.Outcome!.LogBlobId);
    }

    [Fact]
    public void AttemptFailed_DiedOnceAfterAnotherRetry_IsNoPoison()
    {
        var job = Machine.Apply(In(Phase.Running, JobKind.Compile) with { RetriedOnce = true }, Death(Epoch), Now)!;
        Assert.Equal((Phase.Failed, Failure.Code), (job.Phase, job.Failure!.Code));
    }

    [Fact]
    public void AttemptFailed_InspectionDiedTwice_FailsAsItIs()
    {
        var job = Machine.Apply(In(Phase.Running, JobKind.Inspect), Death(Epoch), Now)!;
        job = Machine.Apply(Held(job), Death(job.Epoch), Now)!;
        Assert.Equal((Phase.Failed, Failure.Code), (job.Phase, job.Failure!.Code));
    }

    [Fact]
    public void Ticked_LapsedLease_NamesTheLostWorker()
    {
        var job = Machine.Apply(In(Phase.Running, JobKind.Compile) with { InfrastructureRetries = Policy.LargestInfrastructureRetries }, new JobEvent.Ticked(), Now.AddSeconds(35))!;
        Assert.Equal("WORKER_LOST", job.Failure!.Code);
        Assert.Contains("worker", job.Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Renewed_EarlierEndAndOlderProgress_ChangesNothing()
    {
        var job = In(Phase.Running, JobKind.Compile) with { Progress = new JobProgress("new", 0.9, 5) };
        Assert.Null(Machine.Apply(job, new JobEvent.Renewed(Epoch, Now, new JobProgress("old", 0.1, 4)), Now));
    }

    [Fact]
    public void Renewed_ManyTimesWithoutALog_KeepsTheBacklogBounded()
    {
        var job = In(Phase.Running, JobKind.Compile);
        for (int i = 1; i <= 100; i++)
        {
            job = Machine.Apply(job, new JobEvent.Renewed(Epoch, Now.AddSeconds(i), new JobProgress($"{i}", 0, i)), Now)!;
        }

        Assert.Equal(16, job.Effects.Count);
        Assert.Equal(100, job.Progress!.Seq);
        Assert.Equal(17, Apply(job, "CancelRequested").Effects.Count);
    }

    [Theory]
    [InlineData(JobKind.Profile, "blog", "Finalizing")]
    [InlineData(JobKind.Profile, null, "Success")]
    [InlineData(JobKind.Inference, null, "Finalizing")]
    [InlineData(JobKind.Compile, null, "Finalizing")]
    internal void AttemptSucceeded_WhatHasToBePublished_IsPublishedFirst(JobKind kind, string? log, string phase)
    {
        var outcome = new JobOutcome { ReportId = "j1-3", LogBlobId = log };
        var job = Machine.Apply(In(Phase.Running, kind), new JobEvent.AttemptSucceeded(Epoch, outcome), Now)!;

        Assert.Equal(phase, job.Phase.ToString());
        Assert.Equal(outcome, job.Outcome);
        Assert.Equal((null, phase == "Success" ? Now : null), (job.Lease, job.EndedAt));
    }

    [Fact]
    public void CancelRequested_WithAResult_LeavesNoResult()
    {
        var job = Apply(In(Phase.Finalizing, JobKind.Compile), "CancelRequested");

        Assert.Null(job.Outcome);
        Assert.Equal("CANCELLED_BY_USER", job.Failure!.Code);
        Assert.True(job.CleanUp);
        Assert.Equal("job.ended", job.Effects[^1].Type);
    }

    [Fact]
    public void Published_ProductOfAFailure_FailsAndKeepsTheProduct()
    {
        var job = Apply(In(Phase.Finalizing, JobKind.Compile) with { Outcome = new JobOutcome { Failure = Failure } }, "Published");

        Assert.Equal((Phase.Failed, Failure), (job.Phase, job.Failure));
        Assert.False(job.CleanUp);
        Assert.NotNull(job.Outcome);
    }

    [Fact]
    public void RunRequested_Again_KeepsTheFirstDeadline()
    {
        var first = Now.AddMinutes(1);
        var job = Apply(In(Phase.Pending, JobKind.Profile) with { QueueDeadline = first }, "RunRequested");
        Assert.Equal((first, Epoch + 1), (job.QueueDeadline, job.Epoch));
    }

    [Fact]
    public void BackOff_Always_IsAtMostFiveMinutes()
    {
        Assert.Equal([10, 20, 40, 80, 160, 300, 300], Enumerable.Range(0, 7).Select(retries => Policy.BackOff(retries).TotalSeconds));
        Assert.Equal(300, Policy.BackOff(int.MaxValue).TotalSeconds);
    }

    private static JobEvent.AttemptFailed Death(long epoch) => new(epoch, Failure, RetryClass.Once, "b1", DiedIn: "step");

    private static Job Apply(Job job, string happened) => Machine.Apply(job, Possible[happened](job.Epoch, Now), Now)!;

    private static Job Held(Job job) => job with { Phase = Phase.Running, Lease = new JobLease("worker", "boot", Now) };
}
