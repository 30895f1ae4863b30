using Grpc.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Platform.Contracts.Broker.V1;
using Platform.Contracts.Hub.V1;
using Platform.Gateway.Identity;
using Platform.Gateway.Jobs;
using Platform.Gateway.Models;
using Platform.Gateway.Submission;
using Platform.Messaging;
using Platform.ServiceDefaults;
using Platform.Store;
using Platform.Store.Memory;
using TestKit.Hub;
using ArtifactClient = Platform.Contracts.Artifact.V1.Artifact.ArtifactClient;
using AssetState = Platform.Gateway.Models.AssetState;
using Job = Platform.Gateway.Jobs.Job;

namespace Platform.Gateway.Tests.Jobs;

/// <summary>The gateway's own parts, with a broker that answers as its test says.</summary>
public sealed class JobReconcilerTests : IAsyncDisposable
{
    private static readonly CallerIdentity s_caller = new("o1", "t1", "test", IsOperator: false);

    private readonly FakeTimeProvider _clock = new();
    private readonly Broker _broker = new();
    private readonly ServiceProvider _parts;
    private readonly GatewayStore _store;

    public JobReconcilerTests()
    {
        var services = new ServiceCollection();
        services.AddDocumentStore("gateway", backupOrder: 0).AddKeyedSingleton<IDocumentStore>("gateway", new MemoryStore());
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

    public ValueTask DisposeAsync() => _parts.DisposeAsync();

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

    private async Task<Job> SubmitAsync()
    {
        await _store.OpenAsync(Cancellation);
        var model = new StoredModel
        {
            Id = "m1", Owner = "o1", Name = "m", Creator = "test", CreatedAt = _clock.GetUtcNow(), ModelType = nameof(ModelType.Onnx), State = AssetState.Ready, BlobId = "b1", Sha256 = "s", Size = 1, FileName = "m.onnx",
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

        protected override Task<TResponse> AnswerAsync<TRequest, TResponse>(Method<TRequest, TResponse> method, CallOptions options, TRequest request)
        {
            Calls.Add(method.Name);
            object? answer = request switch
            {
                EnqueueRunRequest enqueue => new Run(enqueue.Run) { State = RunState.Queued },
                Contracts.Broker.V1.ListDevicesRequest => new Contracts.Broker.V1.DeviceList { Devices = { new Device { Name = "phone", Os = "14", Attributes = { "framework:onnx" } } } },
                _ => null,
            };
            return answer is TResponse known ? Task.FromResult(known) : Task.FromException<TResponse>(new RpcException(new Status(StatusCode.NotFound, method.Name)));
        }
    }
}
