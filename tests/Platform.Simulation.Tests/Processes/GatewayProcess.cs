using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Platform.Contracts.Broker.V1;
using Platform.Contracts.Hub.V1;
using Platform.Contracts.Messages;
using Platform.Contracts.Node.V1;
using Platform.Gateway;
using Platform.Gateway.Identity;
using Platform.Gateway.Jobs;
using Platform.Gateway.Nodes;
using Platform.Gateway.Runs;
using Platform.Gateway.Subscriptions;
using Platform.Messaging;
using Platform.ServiceDefaults;
using Platform.Simulation.Tests.Engine;
using Platform.Simulation.Tests.Network;
using Platform.Store;
using ArtifactClient = Platform.Contracts.Artifact.V1.Artifact.ArtifactClient;

namespace Platform.Simulation.Tests.Processes;

/// <summary>A gateway: its own classes, on a simulated process.</summary>
internal static class GatewayProcess
{
    /// <summary>Header that says for which organization a client calls: who may call is not what is tried here.</summary>
    public const string Caller = "simulated-caller";

    public static void Start(Surroundings world, Process process, IDocumentStore documents)
    {
        var services = world.ServicesOf(process, "gateway", documents);
        services.AddSingleton(new ArtifactClient(world.Network.From(process, "artifact")));
        services.AddSingleton(new Contracts.Broker.V1.DeviceBroker.DeviceBrokerClient(world.Network.From(process, "broker")));
        services.AddSingleton(new BusOptions()).AddSingleton<PublicExchange>().AddSingleton<DeadLetters>();
        services.AddGatewayParts().RemoveAll<IEventSink>();
        services.AddSingleton<IEventSink>(new Receiver(world.Ledger, process));
        services.AddSingleton<BuildNodesGrpcService>().AddSingleton<RunReportsGrpcService>().AddSingleton<HubGrpcService>();
        var provider = services.BuildServiceProvider();
        process.Start(() => RunAsync(world, process, provider), error => world.Ledger.Broken(process, error));
    }

    private static async Task RunAsync(Surroundings world, Process process, ServiceProvider provider)
    {
        await provider.GetRequiredService<GatewayStore>().OpenAsync(CancellationToken.None);
        var methods = new MethodTable(provider.GetRequiredService<FailureMapping>(), Admit, request => request is CancelJobRequest cancel ? world.Ledger.Cancelling(process, cancel.JobId) : null);
        BuildNodes.BindService(methods, provider.GetRequiredService<BuildNodesGrpcService>());
        RunReports.BindService(methods, provider.GetRequiredService<RunReportsGrpcService>());
        Hub.BindService(methods, provider.GetRequiredService<HubGrpcService>());
        world.Network.Listen("gateway", new Server(process, methods));
        world.Bus.Listen(process, provider.GetRequiredService<DoorbellListener<JobsChanged>>());
        await Task.WhenAny(
            provider.GetRequiredService<ReconcileLoop>().RunAsync(CancellationToken.None),
            provider.GetRequiredService<JobBells>().RunAsync(CancellationToken.None),
            provider.GetRequiredService<SubscriptionLoop>().RunAsync(CancellationToken.None)).Unwrap();
        throw new InvalidOperationException("a loop of the gateway has ended");
    }

    private static void Admit(ServerCallContext context)
    {
        if (context.RequestHeaders.GetValue(Caller) is { } owner)
        {
            context.UserState[CallAuthentication.CallerKey] = new CallerIdentity(owner, "t" + owner, "client of " + owner, IsOperator: false);
        }
    }
}
