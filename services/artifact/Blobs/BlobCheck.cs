using Microsoft.Extensions.Diagnostics.HealthChecks;
using Platform.ServiceDefaults;

namespace Platform.Artifact.Blobs;

/// <summary>Ready is who reaches the place of the bytes; a place without room still serves what it holds, and says so.</summary>
internal sealed class BlobCheck(IBlobFiles files, LimitSettings limits) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await files.CheckAsync(cancellationToken);
            return files.FreeBytes is { } free && free < limits.Of(HubLimits.DiskReserveBytes)
                ? HealthCheckResult.Degraded($"{files.Place}: {free} bytes are free, fewer than the reserve; uploads are refused")
                : HealthCheckResult.Healthy(files.Place);
        }
        catch (IOException error)
        {
            return HealthCheckResult.Unhealthy(error.Message);
        }
    }
}
