using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Platform.Contracts.Broker.V1;
using Platform.Contracts.Hub.V1;
using Platform.Contracts.Messages;
using Platform.DeviceBroker.Devices;
using Platform.DeviceBroker.Health;
using Platform.DeviceBroker.Hosts;
using Platform.DeviceBroker.Runs;
using Platform.DeviceBroker.Scheduling;
using Platform.Messaging;
using Platform.Store;
using TestKit.Hub;
using ArtifactClient = Platform.Contracts.Artifact.V1.Artifact.ArtifactClient;

namespace Platform.DeviceBroker.Tests.Hosting;

/// <summary>A broker process's parts on a store that others may share; nobody answers its calls to other services.</summary>
internal sealed class Broker : IAsyncDisposable
{
    private readonly GrpcChannel _nobody = GrpcChannel.ForAddress("http://127.0.0.1:1");

    private Broker(IDocumentStore documents, FakeTimeProvider clock, BrokerOptions options)
    {
        var settings = Options.Create(options);
        Clock = clock;
        Store = new BrokerStore(documents);
        Ledger = new DeviceLedger(Store);
        Queue = new RunQueue(Store, settings, clock);
        var reporter = new RunReporter(Store, new RunReports.RunReportsClient(_nobody), clock, NullLogger<RunReporter>.Instance);
        Addresses = new DownloadAddresses(new ArtifactClient(new Signer(this)), clock);
        var doorbell = new Doorbell(Hear, NullLogger<Doorbell>.Instance, clock);
        Scheduler = new RunScheduler(Store, Queue, Ledger, clock);
        Bells = new RunBells(Queue, doorbell, clock);
        Runs = new RunService(Store, reporter, Queue, Bells, clock);
        var checks = new HealthChecks(Store, Scheduler, Ledger, clock);
        Hosts = new HostService(
            Store, Ledger, new DeviceRegistration(Store, Ledger, settings, clock), Queue, Scheduler, checks, Runs, new RunAssignments(Addresses), reporter, settings, clock);
        Loop = new BrokerLoop(Store, Ledger, Queue, Runs, reporter, Bells, settings, clock, NullLogger<BrokerLoop>.Instance);
    }

    public FakeTimeProvider Clock { get; }

    public BrokerStore Store { get; }

    public DeviceLedger Ledger { get; }

    public RunQueue Queue { get; }

    public RunScheduler Scheduler { get; }

    public RunBells Bells { get; }

    public DownloadAddresses Addresses { get; }

    /// <summary>For how long the artifact service signs addresses.</summary>
    public TimeSpan SignedFor { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Doorbells that it rang.</summary>
    public List<RunWorkAvailable> Rung { get; } = [];

    public RunService Runs { get; }

    public HostService Hosts { get; }

    public BrokerLoop Loop { get; }

    /// <summary>A broker that has read its queue.</summary>
    public static async Task<Broker> StartAsync(IDocumentStore documents, FakeTimeProvider clock, BrokerOptions? options = null)
    {
        var broker = new Broker(documents, clock, options ?? new BrokerOptions());
        await broker.Store.OpenAsync(CancellationToken.None);
        await broker.Loop.ScanAsync(CancellationToken.None);
        return broker;
    }

    public Task<Run> EnqueueAsync(string id, string owner, int priority = 0, string device = "phone", string model = "", DateTimeOffset? submitted = null) => Runs.EnqueueAsync(
        new Run { SubmittedAt = submitted?.ToTimestamp(), RunId = id, OrganizationId = owner, JobId = "j" + id, JobEpoch = 1, Spec = new RunSpec { Priority = priority, ModelSha256 = model, Device = new DeviceSelector { Name = device } } },
        CancellationToken.None);

    public ValueTask DisposeAsync()
    {
        Loop.Dispose();
        _nobody.Dispose();
        return ValueTask.CompletedTask;
    }

    private Task Hear(object message, CancellationToken cancellation)
    {
        Rung.Add((RunWorkAvailable)message);
        return Task.CompletedTask;
    }

    /// <summary>Answers the one question that brokers put to the artifact service: for an address.</summary>
    private sealed class Signer(Broker broker) : UnaryInvoker
    {
        private int _signed;

        protected override Task<TResponse> AnswerAsync<TRequest, TResponse>(Method<TRequest, TResponse> method, CallOptions options, TRequest request)
        {
            object answer = new Contracts.Artifact.V1.SignedDownload { Url = $"http://artifact/{++_signed}", ExpiresAt = (broker.Clock.GetUtcNow() + broker.SignedFor).ToTimestamp() };
            return Task.FromResult((TResponse)answer);
        }
    }
}
