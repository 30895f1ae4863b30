using Microsoft.Extensions.DependencyInjection;
using Platform.Contracts.Broker.V1;
using Platform.DeviceBroker;
using Platform.DeviceBroker.Hosts;
using Platform.ServiceDefaults;
using Platform.Simulation.Tests.Engine;
using Platform.Simulation.Tests.Network;
using Platform.Store;
using ArtifactClient = Platform.Contracts.Artifact.V1.Artifact.ArtifactClient;

namespace Platform.Simulation.Tests.Processes;

/// <summary>A device broker: its own classes, on a simulated process.</summary>
internal static class BrokerProcess
{
    public static void Start(Surroundings world, Process process, IDocumentStore documents)
    {
        var services = world.ServicesOf(process, "broker", documents);
        services.AddSingleton(new ArtifactClient(world.Network.From(process, "artifact")));
        services.AddSingleton(new RunReports.RunReportsClient(world.Network.From(process, "gateway")));
        services.AddBrokerParts().AddSingleton<DeviceBrokerGrpcService>().AddSingleton<FarmHostsGrpcService>();
        var provider = services.BuildServiceProvider();
        process.Start(() => RunAsync(world, process, provider), error => world.Ledger.Broken(process, error));
    }

    private static async Task RunAsync(Surroundings world, Process process, ServiceProvider provider)
    {
        await provider.GetRequiredService<BrokerStore>().OpenAsync(CancellationToken.None);
        var methods = new MethodTable(provider.GetRequiredService<FailureMapping>());
        Contracts.Broker.V1.DeviceBroker.BindService(methods, provider.GetRequiredService<DeviceBrokerGrpcService>());
        FarmHosts.BindService(methods, provider.GetRequiredService<FarmHostsGrpcService>());
        world.Network.Listen("broker", new Server(process, methods));
        await provider.GetRequiredService<BrokerLoop>().RunAsync(CancellationToken.None);
    }
}
