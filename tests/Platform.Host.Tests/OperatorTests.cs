using Platform.Contracts.Hub.V1;
using TestKit;
using TestKit.Hub;
using static TestKit.Hub.HubCalls;

namespace Platform.Host.Tests;

/// <summary>A hub for those who drain it.</summary>
public sealed class OperatorHub : IAsyncLifetime
{
    internal HubProcess Hub { get; private set; } = null!;

    internal string Model { get; private set; } = "";

    internal string Heavy { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Hub = await HubProcess.StartAsync(("Compiler:Slots", "1"), ("Gateway:FirstBackOff", "00:00:00.5"), ("Limits:audit_days", "30"));
        Model = await Hub.UploadModelAsync("linear.onnx", Models.Linear(1));
        Heavy = await Hub.UploadModelAsync("heavy.onnx", Models.Heavy());
    }

    public ValueTask DisposeAsync() => Hub.DisposeAsync();
}

/// <summary>The operator's view and hands. The tests of a class run one after the other.</summary>
public sealed class OperatorTests(OperatorHub shared) : IClassFixture<OperatorHub>
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);
    private readonly HubProcess _hub = shared.Hub;

    [Fact]
    public async Task Drain_OfTheBuildNode_KeepsWorkWaiting_AlsoAfterAKill_UntilItIsLifted()
    {
        await _hub.Client.DrainAsync(new DrainRequest { Part = FarmPart.BuildNode, Id = "embedded", Reason = "new disk" });
        var waiting = await _hub.SubmitAsync(Compile(shared.Model, "onnx"), bypassCache: true);
        await Until.TrueAsync(async () => (await QueuesAsync()).Any(queue => queue is { Kind: "step", Waiting: 1, Organizations: 1 }), s_patience, () => _hub.Log);
        await _hub.KillAsync();
        await _hub.StartAgainAsync();
        await _hub.WaitForWorkersAsync();
        var node = (await _hub.Client.ListNodesAsync(new ListNodesRequest())).Nodes.Single(node => node.Part == FarmPart.BuildNode);
        Assert.Equal(("new disk", true), (node.Drain?.Reason, node.Connected));
        Assert.Equal(JobPhase.Queued, (await _hub.Client.GetJobAsync(new GetJobRequest { JobId = waiting.JobId })).Phase);
        await _hub.Client.UndrainAsync(new UndrainRequest { Part = FarmPart.BuildNode, Id = "embedded" });
        Assert.Equal(JobState.Success, (await _hub.EndAsync(waiting.JobId)).State);
        Assert.Empty(await QueuesAsync());
    }

    [Theory]
    [InlineData(FarmPart.FarmHost)]
    [InlineData(FarmPart.FarmDevice)]
    public async Task Drain_OfAHostOrADevice_KeepsRunsWaiting_UntilItIsLifted(FarmPart part)
    {
        var device = (await _hub.Client.ListFarmDevicesAsync(new ListFarmDevicesRequest())).Devices.Single(entry => entry.Device.Name == "local-cpu");
        string id = part == FarmPart.FarmHost ? device.HostId : device.Device.DeviceId;
        await _hub.Client.DrainAsync(new DrainRequest { Part = part, Id = id, Reason = "cables" });
        var waiting = await _hub.SubmitAsync(Profile(shared.Model));
        await Until.TrueAsync(async () => (await QueuesAsync()).Any(queue => queue is { Kind: "device_class", Name: "local-cpu", Waiting: 1 }), s_patience, () => _hub.Log);
        var flag = part == FarmPart.FarmHost
            ? (await _hub.Client.ListNodesAsync(new ListNodesRequest())).Nodes.Single(node => node.Part == FarmPart.FarmHost).Drain
            : (await _hub.Client.ListFarmDevicesAsync(new ListFarmDevicesRequest())).Devices.Single(entry => entry.Device.DeviceId == id).Drain;
        Assert.Equal("cables", flag?.Reason);
        await _hub.Client.UndrainAsync(new UndrainRequest { Part = part, Id = id });
        Assert.Equal(JobState.Success, (await _hub.EndAsync(waiting.JobId)).State);
    }

    [Fact]
    public async Task Kill_OfARun_EndsTheAttempt_AndTheJobIsTriedAgain()
    {
        var job = await _hub.SubmitAsync(Profile(shared.Heavy, "--max_profiler_iterations 2000 --max_profiler_time 4"));
        await Until.TrueAsync(async () => (await GetAsync(job)).Phase == JobPhase.Running, s_patience, () => _hub.Log);
        var killed = await _hub.Client.KillAttemptAsync(new KillAttemptRequest { JobId = job.JobId, Reason = "it hangs" });
        Assert.Equal((job.JobId, 1u), (killed.JobId, killed.Epoch));
        Assert.Equal(JobState.Success, (await _hub.EndAsync(job.JobId)).State);
        var attempts = (await _hub.Client.ListAttemptsAsync(new ListAttemptsRequest { JobId = job.JobId })).Attempts;
        Assert.Equal(2, attempts.Count);
        Assert.Equal(FailureCode.AttemptKilled, attempts[0].Failure?.Code);
        Assert.Equal(FailureCode.NoAttempt, await RefusedAsync(async () => await _hub.Client.KillAttemptAsync(new KillAttemptRequest { JobId = job.JobId })));
    }

    [Fact]
    public async Task Kill_OfABuild_EndsTheAttempt_AndTheNodeIsGivenItAgain()
    {
        await Python.RequireAsync("torch");
        string script = await _hub.UploadModelAsync("digits.pt", await File.ReadAllBytesAsync(Assets.SampleFile("digits.pt")));
        var job = await _hub.SubmitAsync(Compile(script, "tflite", Image), bypassCache: true);
        await Until.TrueAsync(async () => (await GetAsync(job)).Phase == JobPhase.Running, s_patience, () => _hub.Log);
        await _hub.Client.KillAttemptAsync(new KillAttemptRequest { JobId = job.JobId, Reason = "it hangs" });
        Assert.Equal(JobState.Success, (await _hub.EndAsync(job.JobId)).State);
        var attempts = (await _hub.Client.ListAttemptsAsync(new ListAttemptsRequest { JobId = job.JobId })).Attempts;
        Assert.Equal((2, "killed", FailureCode.AttemptKilled), (attempts.Count, attempts[0].Outcome, attempts[0].Failure.Code));
    }

    [Fact]
    public async Task Audit_HasEveryChange_ItsOutcome_AndNoSecret_ByPages()
    {
        var token = await _hub.Client.CreateTokenAsync(new CreateTokenRequest { Name = "audited" });
        await RefusedAsync(async () => await _hub.Client.CancelJobAsync(new CancelJobRequest { JobId = "jzzzzzzzz" }));
        var job = await _hub.SubmitAsync(Compile(shared.Model, "onnx"));
        await _hub.EndAsync(job.JobId);
        await _hub.Client.ReleaseModelAsync(new ReleaseModelRequest { ModelId = shared.Model });
        string mine = (await _hub.Client.GetMeAsync(new GetMeRequest())).OrganizationId;
        var first = await _hub.Client.ListAuditAsync(new ListAuditRequest { OrganizationId = mine, Limit = 2 });
        Assert.Equal(2, first.Entries.Count);
        var entries = new List<AuditEntry>(first.Entries);
        for (string cursor = first.NextCursor; cursor.Length > 0;)
        {
            var page = await _hub.Client.ListAuditAsync(new ListAuditRequest { OrganizationId = mine, Limit = 2, Cursor = cursor });
            entries.AddRange(page.Entries);
            cursor = page.NextCursor;
        }

        Assert.Equal(entries.Count, entries.Select(entry => entry.AuditId).Distinct().Count());
        Assert.Equal(entries.OrderByDescending(entry => entry.At.ToDateTimeOffset()).Select(entry => entry.At), entries.Select(entry => entry.At));
        Assert.Contains(entries, entry => (entry.Method, entry.Target, entry.Outcome) == ("CreateToken", token.Token.TokenId, "OK"));
        Assert.Contains(entries, entry => (entry.Method, entry.Target, entry.Outcome) == ("CancelJob", "jzzzzzzzz", "NOT_FOUND"));
        Assert.Contains(entries, entry => (entry.Method, entry.Target, entry.Outcome) == ("ReleaseModel", shared.Model, "OK"));
        Assert.Contains(entries, entry => (entry.Method, entry.Target, entry.Outcome) == ("SubmitJob", job.JobId, "OK"));
        Assert.DoesNotContain(entries, entry => entry.Method.StartsWith("Get", StringComparison.Ordinal) || entry.Method.StartsWith("List", StringComparison.Ordinal));
        Assert.DoesNotContain(token.Secret, string.Join('\n', entries), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Operators_Only()
    {
        var organization = await _hub.Client.CreateOrganizationAsync(new CreateOrganizationRequest { Name = "no operators" });
        var token = await _hub.Client.CreateTokenAsync(new CreateTokenRequest { Name = "theirs", OrganizationId = organization.OrganizationId });
        var theirs = _hub.ClientWith(token.Secret);
        Func<Task>[] calls =
        [
            async () => await theirs.ListQueuesAsync(new ListQueuesRequest()),
            async () => await theirs.ListNodesAsync(new ListNodesRequest()),
            async () => await theirs.ListFarmDevicesAsync(new ListFarmDevicesRequest()),
            async () => await theirs.DrainAsync(new DrainRequest { Part = FarmPart.BuildNode, Id = "embedded" }),
            async () => await theirs.UndrainAsync(new UndrainRequest { Part = FarmPart.BuildNode, Id = "embedded" }),
            async () => await theirs.KillAttemptAsync(new KillAttemptRequest { JobId = "jzzzzzzzz" }),
            async () => await theirs.ReplayDeadLettersAsync(new ReplayDeadLettersRequest()),
            async () => await theirs.ListAuditAsync(new ListAuditRequest()),
        ];
        foreach (var call in calls)
        {
            Assert.Equal(FailureCode.PermissionDenied, await RefusedAsync(call));
        }
    }

    [Fact]
    public async Task WhatCannotBe_IsRefused()
    {
        Assert.Equal(FailureCode.NotFound, await RefusedAsync(async () => await _hub.Client.DrainAsync(new DrainRequest { Part = FarmPart.BuildNode, Id = "nobody" })));
        Assert.Equal(FailureCode.NotFound, await RefusedAsync(async () => await _hub.Client.DrainAsync(new DrainRequest { Part = FarmPart.FarmHost, Id = "nobody" })));
        Assert.Equal(FailureCode.NotFound, await RefusedAsync(async () => await _hub.Client.DrainAsync(new DrainRequest { Part = FarmPart.FarmDevice, Id = "nobody" })));
        Assert.Equal(FailureCode.ArgumentInvalid, await RefusedAsync(async () => await _hub.Client.DrainAsync(new DrainRequest { Id = "embedded" })));
        Assert.Equal(FailureCode.NotFound, await RefusedAsync(async () => await _hub.Client.KillAttemptAsync(new KillAttemptRequest { JobId = "jzzzzzzzz" })));
        Assert.Equal(FailureCode.ArgumentInvalid, await RefusedAsync(async () => await _hub.Client.ReplayDeadLettersAsync(new ReplayDeadLettersRequest())));
        Assert.Equal(FailureCode.ArgumentInvalid, await RefusedAsync(async () => await _hub.Client.ListAuditAsync(new ListAuditRequest { Cursor = "nonsense" })));
    }

    private async Task<IReadOnlyList<WorkQueue>> QueuesAsync() => (await _hub.Client.ListQueuesAsync(new ListQueuesRequest())).Queues;

    private async Task<Job> GetAsync(Job job) => await _hub.Client.GetJobAsync(new GetJobRequest { JobId = job.JobId });
}
