using Platform.Contracts.Hub.V1;
using Platform.Host.Tests.Hosting;
using TestKit.Hub;
using static TestKit.Hub.HubCalls;

namespace Platform.Host.Tests;

/// <summary>The life of jobs as callers see it.</summary>
public sealed class JobTests(HubFixture fixture)
{
    private readonly HubProcess _hub = fixture.Hub;

    [Fact]
    public async Task SameKey_AnswersWithTheSameJob_AndRefusesAnotherRequest()
    {
        var first = await _hub.SubmitAsync(Compile(fixture.Assets.Linear, "tflite"), key: "once");
        var again = await _hub.SubmitAsync(Compile(fixture.Assets.Linear, "tflite"), key: "once");
        Assert.Equal(first.JobId, again.JobId);
        Assert.Equal(FailureCode.IdempotencyConflict, await RefusedAsync(() => _hub.SubmitAsync(Compile(fixture.Assets.Linear, "onnx"), key: "once")));
    }

    [Fact]
    public async Task Cancel_AQueuedOrRunningJob_EndsIt_AndTwiceIsHarmless()
    {
        var job = await _hub.SubmitAsync(Compile(fixture.Assets.Script, "tflite", Image), bypassCache: true);
        await _hub.Client.CancelJobAsync(new CancelJobRequest { JobId = job.JobId });
        await _hub.Client.CancelJobAsync(new CancelJobRequest { JobId = job.JobId });
        var ended = await _hub.EndAsync(job.JobId);
        Assert.Equal(JobState.Cancelled, ended.State);
    }

    [Fact]
    public async Task Cancel_ARunningProfile_FreesTheDevice()
    {
        var job = await _hub.SubmitAsync(Profile(fixture.Assets.Heavy, "--max_profiler_iterations 20000 --max_profiler_time 300"));
        await Until.TrueAsync(async () => (await _hub.Client.GetJobAsync(new GetJobRequest { JobId = job.JobId })).Phase == JobPhase.Running, TimeSpan.FromSeconds(30), () => "it does not start");
        await _hub.Client.CancelJobAsync(new CancelJobRequest { JobId = job.JobId });
        Assert.Equal(JobState.Cancelled, (await _hub.EndAsync(job.JobId)).State);
        Assert.Equal(JobState.Success, (await _hub.SucceedAsync(Profile(fixture.Assets.Linear))).State);
    }

    [Fact]
    public async Task CloneRenameDelete_DoWhatTheySay()
    {
        var job = await _hub.SucceedAsync(Compile(fixture.Assets.Linear, "onnx"));
        var clone = await _hub.Client.CloneJobAsync(new CloneJobRequest { JobId = job.JobId, Name = "twin" });
        Assert.NotEqual(job.JobId, clone.JobId);
        Assert.Equal(job.Spec.Compile, clone.Spec.Compile);
        Assert.Equal("twin", clone.Name);
        Assert.Equal("renamed", (await _hub.Client.UpdateJobAsync(new UpdateJobRequest { JobId = clone.JobId, Name = "renamed" })).Name);
        await _hub.EndAsync(clone.JobId);
        await _hub.Client.DeleteJobAsync(new DeleteJobRequest { JobId = clone.JobId });
        Assert.Equal(FailureCode.NotFound, await RefusedAsync(async () => await _hub.Client.GetJobAsync(new GetJobRequest { JobId = clone.JobId })));
    }

    [Fact]
    public async Task Watch_TellsEveryPhaseOnce_AndResumes()
    {
        var job = await _hub.SubmitAsync(Compile(fixture.Assets.Script, "onnx", Image), bypassCache: true);
        var events = await WatchAsync(job.JobId, 0);
        Assert.Equal(events.Select(item => item.Ver).Order(), events.Select(item => item.Ver));
        Assert.Equal(events.Count, events.Select(item => item.Ver).Distinct().Count());
        Assert.Equal(JobState.Success, events[^1].State);
        var rest = await WatchAsync(job.JobId, events[1].Ver);
        Assert.Equal(events.Skip(2).Select(item => item.Ver), rest.Select(item => item.Ver));
    }

    [Fact]
    public async Task Lists_FilterAndPage()
    {
        await _hub.SucceedAsync(Compile(fixture.Assets.Linear, "onnx"));
        await _hub.SucceedAsync(Compile(fixture.Assets.Linear, "tflite"));
        var first = await _hub.Client.ListJobsAsync(new ListJobsRequest { Limit = 1, Types_ = { JobType.Compile } });
        var second = await _hub.Client.ListJobsAsync(new ListJobsRequest { Limit = 1, Types_ = { JobType.Compile }, Cursor = first.NextCursor });
        Assert.Single(first.Jobs);
        Assert.Single(second.Jobs);
        Assert.NotEqual(first.Jobs[0].JobId, second.Jobs[0].JobId);
        Assert.All((await _hub.Client.ListJobsAsync(new ListJobsRequest { States = { JobState.Success } })).Jobs, job => Assert.Equal(JobState.Success, job.State));
    }

    [Fact]
    public async Task Plan_SaysWhatWouldRun_OrWhyNot()
    {
        var plan = await _hub.Client.PlanCompileAsync(new PlanCompileRequest { Spec = Compile(fixture.Assets.Script, "tflite", Image).Compile });
        Assert.Equal(["torchscript-to-onnx", "onnx-to-tflite"], plan.Steps.Select(step => step.Name));
        var refused = await _hub.Client.PlanCompileAsync(new PlanCompileRequest { Spec = Compile(fixture.Assets.Linear, "qnn_dlc").Compile });
        Assert.Equal(FailureCode.StepNotMounted, refused.Failure.Code);
    }

    private async Task<List<JobEvent>> WatchAsync(string jobId, uint after)
    {
        using var call = _hub.Client.WatchJob(new WatchJobRequest { JobId = jobId, AfterVer = after });
        var events = new List<JobEvent>();
        while (await call.ResponseStream.MoveNext(default))
        {
            events.Add(call.ResponseStream.Current);
        }

        return events;
    }
}
