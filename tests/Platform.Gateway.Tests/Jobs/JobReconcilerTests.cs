using System.Collections.Concurrent;
using Grpc.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Platform.Contracts.Artifact.V1;
using Platform.Contracts.Broker.V1;
using Platform.Contracts.Hub.V1;
using Platform.Gateway.Identity;
using Platform.Gateway.Jobs;
using Platform.Gateway.Models;
using Platform.Gateway.Runs;
using Platform.Gateway.Submission;
using Platform.Messaging;
using Platform.ServiceDefaults;
using Platform.Store;
using Platform.Store.Memory;
using TestKit.Hub;
using ArtifactClient = Platform.Contracts.Artifact.V1.Artifact.ArtifactClient;
using AssetState = Platform.Gateway.Models.AssetState;
using Job = Platform.Gateway.Jobs.Job;
using JobEvent = Platform.Gateway.Jobs.JobEvent;

namespace Platform.Gateway.Tests.Jobs;

/// <summary>The gateway's own parts, with a broker that answers as its test says.</summary>
public sealed class JobReconcilerTests : IAsyncDisposable
{
    private static readonly CallerIdentity s_caller = new("o1", "t1", "test", IsOperator: false);

    private readonly FakeTimeProvider _clock = new();
    private readonly MemoryStore _documents = new();
    private readonly Broker _broker = new();
    private readonly ServiceProvider _parts;
    private readonly GatewayStore _store;

    public JobReconcilerTests()
    {
        var services = new ServiceCollection();
        services.AddDocumentStore("gateway", backupOrder: 0).AddKeyedSingleton<IDocumentStore>("gateway", _documents);
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build()).AddSingleton<LimitSettings>().AddSingleton<FailureMapping>().AddOptions();
        services.AddSingleton<TimeProvider>(_clock).AddSingleton(RandomSource.System).AddSingleton<IdSource>();
        services.AddSingleton(new Doorbell((_, _) => Task.CompletedTask, NullLogger<Doorbell>.Instance, _clock));
        services.AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        services.AddSingleton(new ArtifactClient(_broker)).AddSingleton(new DeviceBroker.DeviceBrokerClient(_broker));
        services.AddSingleton(new BusOptions()).AddSingleton<PublicExchange>().AddSingleton<DeadLetters>();
        services.AddGatewayParts();
        _parts = services.BuildServiceProvider();
        _store = _parts.GetRequiredService<GatewayStore>();
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _parts.DisposeAsync();
        await _documents.DisposeAsync();
    }

    [Fact]
    public async Task Submit_ForADevice_QueuesTheJobInItsFirstWrite_AndItsFirstPassAsksForTheRun()
    {
        var job = await SubmitAsync();
        var written = (await _store.Jobs.For("o1").GetAsync(job.Id, Cancellation))!;
        Assert.Equal((1, Phase.Queued, 1), (written.Version, written.Value.Phase, written.Value.Epoch));
        Assert.Equal([(1L, "Pending"), (2L, "Queued")], written.Value.Effects.Select(effect => (effect.Ver, effect.Phase)));

        await _parts.GetRequiredService<JobReconciler>().ReconcileAsync(written, Cancellation);
        Assert.Equal(["EnqueueRun"], _broker.Calls);
        var paid = (await _store.Jobs.For("o1").GetAsync(job.Id, Cancellation))!;
        Assert.Empty(paid.Value.Effects);
        Assert.True(paid.Value.NextAt > _clock.GetUtcNow());
    }

    [Fact]
    public async Task Describe_OfAJobThatWasJustSubmitted_DoesNotAskTheBroker()
    {
        var job = await SubmitAsync();
        var message = await _parts.GetRequiredService<JobQueries>().DescribeAsync(job, Cancellation);
        Assert.Equal("on its way to the device broker", message.WaitMessage);
        Assert.Empty(_broker.Calls);
    }

    [Fact]
    public async Task Pass_OfAJobWhoseModelWasErasedMeanwhile_EndsIt()
    {
        var job = await SubmitAsync();
        await _store.Models.For("o1").UpdateAsync("m1", model => model with { State = AssetState.Erased, BlobId = null }, Cancellation);
        await _parts.GetRequiredService<JobReconciler>().ReconcileAsync("o1", job.Id, Cancellation);
        var ended = (await _store.Jobs.For("o1").GetAsync(job.Id, Cancellation))!.Value;
        Assert.Equal((Phase.Failed, "ASSET_NOT_READY"), (ended.Phase, ended.Failure!.Code));
        Assert.DoesNotContain("EnqueueRun", _broker.Calls);
    }

    [Theory]
    [InlineData("Finalizing", true)]
    [InlineData("Cancelled", true)]
    [InlineData("Success", false)]
    public async Task Submission_OfAnOutputWhoseJobDidNotSucceedYet_WaitsForIt(string phase, bool waits)
    {
        await _store.OpenAsync(Cancellation);
        await _store.Jobs.For("o1").InsertAsync(JobSamples.In(Enum.Parse<Phase>(phase), JobKind.Compile) with { Id = "j1", Owner = "o1" }, Cancellation);
        var job = await SubmitAsync(producer: "j1");
        Assert.Equal(waits ? (Phase.Waiting, "j1") : (Phase.Queued, null), (job.Phase, job.Upstream.SingleOrDefault()));
    }

    [Theory]
    [InlineData(false, "EnqueueRun,EnqueueRuns")]
    [InlineData(true, "EnqueueRun,EnqueueRuns,EnqueueRun,EnqueueRun")]
    public async Task Passes_AtOnce_AskForTheirRunsTogether_AndOneByOneOfAnOldBroker(bool isOld, string calls)
    {
        var jobs = new List<Versioned<Job>>();
        for (int i = 0; i < 3; i++)
        {
            jobs.Add((await _store.Jobs.For("o1").GetAsync((await SubmitAsync()).Id, Cancellation))!);
        }

        _broker.IsOld = isOld;
        _broker.FirstIsHeld = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var passes = jobs.ConvertAll(job => _parts.GetRequiredService<JobReconciler>().ReconcileAsync(job, Cancellation));
        _broker.FirstIsHeld.SetResult();
        await Task.WhenAll(passes);
        Assert.Equal(calls, string.Join(',', _broker.Calls));
        Assert.Equal(jobs.Select(job => job.Value.Id + "-1").Order(), _broker.Runs.Order());
    }

    [Fact]
    public async Task Request_WhileACallForAnotherOrganizationIsUnderWay_DoesNotWaitForIt()
    {
        _broker.FirstIsHeld = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var requests = _parts.GetRequiredService<RunRequests>();
        Task<Run>[] asked = [.. new[] { "o1", "o1", "o2" }.Select((owner, i) => requests.EnqueueAsync(new Run { RunId = $"j{i}-1", OrganizationId = owner }, Cancellation))];
        Assert.Equal(["EnqueueRun", "EnqueueRun"], _broker.Calls);
        _broker.FirstIsHeld.SetResult();
        Assert.Equal(["j0-1", "j1-1", "j2-1"], (await Task.WhenAll(asked)).Select(run => run.RunId));
    }

    [Fact]
    public async Task Report_OfARunWhoseJobWasCancelledBeforeItReachedTheBroker_StopsIt()
    {
        var job = await SubmitAsync();
        await _parts.GetRequiredService<JobWriter>().ApplyAsync("o1", job.Id, new JobEvent.CancelRequested("test"), Cancellation);
        var running = new Run { RunId = job.Id + "-1", OrganizationId = "o1", JobId = job.Id, JobEpoch = 1, State = RunState.Running, DeviceId = "d1" };
        await _parts.GetRequiredService<RunLink>().TakeOverAsync("o1", running, Cancellation);
        Assert.Equal(["CancelRun"], _broker.Calls);

        await _parts.GetRequiredService<RunLink>().TakeOverAsync("o1", new Run(running) { State = RunState.Succeeded, Result = new RunResult { ProfileJson = "{}" } }, Cancellation);
        Assert.Equal(["CancelRun"], _broker.Calls);
        Assert.Equal(Phase.Cancelled, (await _store.Jobs.For("o1").GetAsync(job.Id, Cancellation))!.Value.Phase);
    }

    [Fact]
    public async Task ReportMany_HoldsTheNewsOfEachRunInTheirOrder()
    {
        var jobs = new List<Job> { await SubmitAsync(), await SubmitAsync() };
        var request = new ReportManyRequest();
        foreach (var job in jobs)
        {
            var assigned = new Run { RunId = job.Id + "-1", OrganizationId = "o1", JobId = job.Id, JobEpoch = 1, State = RunState.Assigned, DeviceId = "d1" };
            request.Runs.AddRange([assigned, new Run(assigned) { State = RunState.Running }, new Run(assigned) { State = RunState.Succeeded, Result = new RunResult { ProfileJson = "{}" } }]);
        }

        await new RunReportsGrpcService(_parts.GetRequiredService<RunLink>()).ReportMany(request, new ServerCall("ReportMany", "broker", [], DateTime.MaxValue, Cancellation));
        foreach (var job in jobs)
        {
            var ended = (await _store.Jobs.For("o1").GetAsync(job.Id, Cancellation))!.Value;
            Assert.Equal(Phase.Success, ended.Phase);
            Assert.Equal(["Pending", "Queued", "Assigned", "Running", "Success"], ended.Effects.Select(effect => effect.Phase));
        }
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(600, 0)]
    public async Task Scan_LeavesWhatAnotherGatewayHasJustWritten_ForAWhile_UnlessItsClockIsWrong(int secondsAhead, int atLeast)
    {
        await _store.OpenAsync(Cancellation);
        using var stop = new CancellationTokenSource();
        var loop = _parts.GetRequiredService<ReconcileLoop>().RunAsync(stop.Token);
        var submitted = await SubmitAsync();

        // As another gateway would have left it that died after its write: nothing in this process knows of it.
        var job = submitted with { Id = "jothers00", IdempotencyKey = "jothers00", Effects = [.. submitted.Effects.Select(effect => effect with { At = effect.At.AddSeconds(secondsAhead) })] };
        await new GatewayStore(_documents).Jobs.For("o1").InsertAsync(job, Cancellation);
        var since = _clock.GetUtcNow();
        DateTimeOffset? seen = null;
        await Until.TrueAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
                seen = _broker.Runs.Contains("jothers00-1") ? _clock.GetUtcNow() : null;
                return Task.FromResult(seen is not null);
            },
            TimeSpan.FromSeconds(30),
            () => string.Join(',', _broker.Runs));
        Assert.InRange(seen!.Value - since, TimeSpan.FromSeconds(atLeast), TimeSpan.FromSeconds(300));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loop);
    }

    [Fact]
    public async Task Submit_OfAModelThatWasErasedHere_IsRefusedAtOnce()
    {
        await SubmitAsync();
        await _parts.GetRequiredService<ModelService>().DeleteAsync(s_caller, "m1", Cancellation);
        var refused = await Assert.ThrowsAsync<FailureException>(() => SubmitAsync());
        Assert.Equal(FailureCode.AssetNotReady, refused.Failure.Code);
    }

    [Fact]
    public async Task Token_RevokedHere_IsRefusedAtOnce_RevokedElsewhere_AfterASecond()
    {
        await _store.OpenAsync(Cancellation);
        var tokens = _parts.GetRequiredService<TokenService>();
        var (here, hereText) = await tokens.CreateAsync("o1", "here", 1, isOperator: false, Cancellation);
        var (there, thereText) = await tokens.CreateAsync("o1", "there", 1, isOperator: false, Cancellation);
        Assert.Equal(here.Id, (await tokens.AuthenticateAsync(hereText, Cancellation)).TokenId);
        Assert.Equal(there.Id, (await tokens.AuthenticateAsync(thereText, Cancellation)).TokenId);

        await tokens.RevokeAsync("o1", here.Id, Cancellation);
        await Assert.ThrowsAsync<FailureException>(() => tokens.AuthenticateAsync(hereText, Cancellation));
        await _store.Tokens.For("o1").UpdateAsync(there.Id, token => token with { Revoked = true }, Cancellation);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<FailureException>(() => tokens.AuthenticateAsync(thereText, Cancellation));
    }

    private async Task<Job> SubmitAsync(string? producer = null)
    {
        await _store.OpenAsync(Cancellation);
        var model = new StoredModel
        {
            Id = "m1", Owner = "o1", Name = "m", Creator = "test", CreatedAt = _clock.GetUtcNow(), ModelType = nameof(ModelType.Onnx), State = AssetState.Ready, BlobId = "b1", Sha256 = "s", Size = 1, FileName = "m.onnx", ProducerJobId = producer,
        };
        await _store.Models.For("o1").InsertAsync(model, Cancellation);
        var spec = new JobSpec { Profile = new ProfileSpec { ModelId = "m1", Device = new DeviceSelector { Name = "phone" } } };
        var job = await _parts.GetRequiredService<JobSubmission>().SubmitAsync(s_caller, new SubmitJobRequest { Spec = spec }, "SubmitJob", Cancellation);
        _broker.Calls.Clear();
        return job;
    }

    /// <summary>Has one phone, takes every run in, and knows none.</summary>
    private sealed class Broker : UnaryInvoker
    {
        public List<string> Calls { get; } = [];

        /// <summary>Runs that it took in.</summary>
        public ConcurrentQueue<string> Runs { get; } = new();

        /// <summary>Whether it is of a version that takes one run at a time.</summary>
        public bool IsOld { get; set; }

        /// <summary>What the first run waits for.</summary>
        public TaskCompletionSource? FirstIsHeld { get; set; }

        protected override async Task<TResponse> AnswerAsync<TRequest, TResponse>(Method<TRequest, TResponse> method, CallOptions options, TRequest request)
        {
            lock (Calls)
            {
                Calls.Add(method.Name);
            }

            if (FirstIsHeld is { } held && request is EnqueueRunRequest)
            {
                await held.Task;
            }

            object? answer = request switch
            {
                EnqueueRunRequest enqueue => TakeIn(enqueue.Run),
                EnqueueRunsRequest many when !IsOld => new EnqueueRunsResponse { Runs = { many.Runs.Select(TakeIn) } },
                EnqueueRunsRequest => throw new RpcException(new Status(StatusCode.Unimplemented, method.Name)),
                CancelRunRequest cancel => new Run { RunId = cancel.RunId, State = RunState.Cancelled },
                RemoveReferencesRequest => new RemoveReferencesResponse(),
                Contracts.Broker.V1.ListDevicesRequest => new Contracts.Broker.V1.DeviceList { Devices = { new Device { Name = "phone", Os = "14", Attributes = { "framework:onnx" } } } },
                _ => null,
            };
            return answer as TResponse ?? throw new RpcException(new Status(StatusCode.NotFound, method.Name));
        }

        private Run TakeIn(Run run)
        {
            Runs.Enqueue(run.RunId);
            return new Run(run) { State = RunState.Queued };
        }
    }
}
