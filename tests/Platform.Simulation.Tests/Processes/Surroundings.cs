using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Messaging;
using Platform.ServiceDefaults;
using Platform.Simulation.Tests.Engine;
using Platform.Simulation.Tests.Laws;
using Platform.Simulation.Tests.Network;
using Platform.Store;

namespace Platform.Simulation.Tests.Processes;

/// <summary>What every process of a world finds around it.</summary>
internal sealed record Surroundings(Network.Network Network, Bus Bus, Ledger Ledger, Trace Trace, string Folder)
{
    private static readonly IConfiguration s_nothingSet = new ConfigurationBuilder().Build();

    /// <summary>Clock, chance, ids, bells and calls of one process, for its own classes to be added to.</summary>
    public ServiceCollection ServicesOf(Process process, string? store, IDocumentStore? documents)
    {
        var services = new ServiceCollection();
        if (store is not null)
        {
            services.AddDocumentStore(store, backupOrder: 0).AddKeyedSingleton(store, documents!);
        }

        services.AddSingleton(s_nothingSet).AddSingleton<LimitSettings>().AddSingleton<FailureMapping>().AddOptions();
        services.AddSingleton(process.Clock).AddSingleton(process.Random).AddSingleton(process.Ids);
        services.AddSingleton(new Doorbell(Bus.PublishAsync, Logger<Doorbell>(process), process.Clock));
        services.AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        if (Trace.IsKept)
        {
            services.AddSingleton<ILoggerFactory>(new TraceLoggers(Trace, process)).AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        }

        return services;
    }

    public ILogger<T> Logger<T>(Process process) => Trace.IsKept ? new Logger<T>(new TraceLoggers(Trace, process)) : NullLogger<T>.Instance;
}
