using Microsoft.Extensions.Options;
using Platform.Contracts.Broker.V1;
using Platform.DeviceBroker.Devices;
using Platform.DeviceBroker.Health;
using Platform.DeviceBroker.Hosts;
using Platform.DeviceBroker.Runs;
using Platform.DeviceBroker.Scheduling;
using Platform.Messaging;
using Platform.ServiceDefaults;
using Platform.Store;

namespace Platform.DeviceBroker;

/// <summary>Registers and maps the device broker.</summary>
internal static class BrokerExtensions
{
    public static WebApplicationBuilder AddDeviceBroker(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<BrokerOptions>().BindConfiguration("Broker").ValidateOnStart();
        services.AddSingleton<IValidateOptions<BrokerOptions>, BrokerOptionsValidator>();
        services.AddDocumentStore("broker", backupOrder: 1);
        services.AddDoorbells(builder.Configuration);
        services.AddServiceClient<Contracts.Artifact.V1.Artifact.ArtifactClient>(addresses => addresses.Artifact);
        services.AddServiceClient<RunReports.RunReportsClient>(addresses => addresses.Gateway);
        services.AddBrokerParts();
        services.AddHostedService<BrokerStart>();
        services.AddHostedService(provider => provider.GetRequiredService<BrokerLoop>());
        services.AddSingleton<DeviceBacklog>().AddBacklogGauges<DeviceBacklog>("DeviceBroker", (backlog, _) => Task.FromResult(backlog.Read()));
        services.AddGrpc()
            .AddServiceOptions<DeviceBrokerGrpcService>(options => options.Interceptors.Add<ServiceIdentityInterceptor>())
            .AddServiceOptions<FarmHostsGrpcService>(options => options.Interceptors.Add<ServiceIdentityInterceptor>());
        return builder;
    }

    /// <summary>What a broker is made of: its own classes, not what carries them.</summary>
    internal static IServiceCollection AddBrokerParts(this IServiceCollection services)
    {
        services.AddSingleton<BrokerStore>().AddSingleton<DeviceLedger>().AddSingleton<DeviceRegistration>().AddSingleton<RunReporter>().AddSingleton<RunBells>().AddSingleton<RunService>();
        services.AddSingleton<RunQueue>().AddSingleton<RunScheduler>().AddSingleton<HealthChecks>().AddSingleton<DownloadAddresses>().AddSingleton<RunAssignments>().AddSingleton<HostService>();
        return services.AddSingleton<FarmOperation>().AddSingleton<BrokerLoop>();
    }

    public static WebApplication MapDeviceBroker(this WebApplication app)
    {
        app.MapGrpcService<DeviceBrokerGrpcService>();
        app.MapGrpcService<FarmHostsGrpcService>();
        return app;
    }
}
