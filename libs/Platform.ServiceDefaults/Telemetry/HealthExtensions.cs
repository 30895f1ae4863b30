using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Platform.ServiceDefaults;

/// <summary>Health endpoints, in every environment: <c>/alive</c> is the process alone, <c>/ready</c> with what it needs.</summary>
public static class HealthExtensions
{
    /// <summary>Tag of checks that decide readiness.</summary>
    public const string Ready = "ready";

    /// <summary>Adds the gRPC health service beside the checks that services add themselves.</summary>
    public static WebApplicationBuilder AddHealth(this WebApplicationBuilder builder)
    {
        builder.Services.AddHealthChecks();
        builder.Services.AddGrpcHealthChecks();
        return builder;
    }

    /// <summary>Maps the endpoints, and <c>/metrics</c> where it is wanted.</summary>
    public static WebApplication MapHealth(this WebApplication app)
    {
        app.MapHealthChecks("/alive", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains(Ready) });
        app.MapGrpcHealthChecksService();
        if (TelemetryExtensions.HasPrometheus(app.Configuration))
        {
            app.MapPrometheusScrapingEndpoint("/metrics");
        }

        return app;
    }

    internal static bool IsProbe(PathString path) => path == "/alive" || path == "/ready" || path == "/metrics";
}
