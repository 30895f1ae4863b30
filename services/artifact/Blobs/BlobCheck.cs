using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Platform.Artifact.Blobs;

/// <summary>Ready is who reaches the place of the bytes.</summary>
internal sealed class BlobCheck(IBlobFiles files) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await files.CheckAsync(cancellationToken);
            return HealthCheckResult.Healthy(files.Place);
        }
        catch (IOException error)
        {
            return HealthCheckResult.Unhealthy(error.Message);
        }
    }
}
