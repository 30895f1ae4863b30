using Platform.Artifact.Signing;

namespace Platform.Artifact;

/// <summary>Opens the store and the signing key before the first request is served.</summary>
internal sealed class ArtifactStart(ArtifactStore store, SigningKeys keys) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await store.OpenAsync(cancellationToken);
        await keys.LoadAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
