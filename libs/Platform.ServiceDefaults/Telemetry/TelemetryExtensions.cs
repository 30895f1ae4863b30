using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Platform.ServiceDefaults;

/// <summary>Traces, metrics and logs the same way in every service; exported when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set; metrics also at <c>/metrics</c> with <c>Telemetry:Prometheus=true</c>.</summary>
public static class TelemetryExtensions
{
    /// <summary>Prefix of the names of the hub's own activity sources and meters.</summary>
    public const string SourcePrefix = "Hub.";

    /// <summary>Adds OpenTelemetry.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="service">Service name as it stands in traces.</param>
    public static WebApplicationBuilder AddTelemetry(this WebApplicationBuilder builder, string service)
    {
        bool otlp = !string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]);
        bool prometheus = HasPrometheus(builder.Configuration);
        if (!otlp && !prometheus)
        {
            // Nobody would see what is measured, and measuring costs a tenth of a call.
            return builder;
        }

        var telemetry = builder.Services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService(service)).WithMetrics(metrics => AddMetrics(metrics, prometheus));
        if (otlp)
        {
            builder.Logging.AddOpenTelemetry(logging => logging.IncludeFormattedMessage = true);
            telemetry.WithTracing(tracing => tracing
                .AddSource(SourcePrefix + "*", "MassTransit")
                .AddAspNetCoreInstrumentation(options => options.Filter = context => !HealthExtensions.IsProbe(context.Request.Path))
                .AddGrpcClientInstrumentation()
                .AddHttpClientInstrumentation())
                .UseOtlpExporter();
        }

        return builder;
    }

    internal static bool HasPrometheus(IConfiguration configuration) => configuration.GetSection("Telemetry").Get<TelemetryOptions>()?.Prometheus == true;

    private static void AddMetrics(MeterProviderBuilder metrics, bool prometheus)
    {
        metrics.AddMeter(SourcePrefix + "*", "MassTransit").AddAspNetCoreInstrumentation().AddHttpClientInstrumentation().AddRuntimeInstrumentation();
        if (prometheus)
        {
            metrics.AddPrometheusExporter();
        }
    }
}
