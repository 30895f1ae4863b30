using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Platform.Gateway.Jobs;

/// <summary>Keeps the reconciler running for as long as the process does.</summary>
internal sealed class EngineHost(ReconcileLoop loop) : BackgroundService, IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(ExecuteTask is { IsFaulted: false } ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("the reconciler does not run"));

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => loop.RunAsync(stoppingToken);
}
