using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Platform.ServiceDefaults;

/// <summary>What every process of the hub starts with.</summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>Adds clock, ids, telemetry, health, listening and gRPC with coded failures; adding it twice is harmless.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="service">Service name.</param>
    public static WebApplicationBuilder AddServiceDefaults(this WebApplicationBuilder builder, string service)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.TryAddSingleton(RandomSource.System);
        builder.Services.TryAddSingleton<IdSource>();
        builder.Services.TryAddSingleton<FailureMapping>();
        builder.Services.TryAddSingleton<LimitSettings>();
        builder.Services.AddOptions<ServiceIdentityOptions>().BindConfiguration("ServiceIdentity");
        builder.Services.AddGrpc(options =>
        {
            options.Interceptors.Add<FailureInterceptor>();
            options.MaxReceiveMessageSize = 64 << 20;
        });
        QuietLogs(builder.Logging);
        return builder.AddTelemetry(service).AddHealth().AddListening();
    }

    // What libraries say about each request is in the traces; the log is for what an operator should know.
    private static void QuietLogs(ILoggingBuilder logging)
    {
        foreach (string category in new[] { "Microsoft.AspNetCore", "System.Net.Http", "Grpc", "MassTransit", "Microsoft.Extensions.Diagnostics.HealthChecks" })
        {
            logging.AddFilter(category, LogLevel.Warning);
        }
    }
}
