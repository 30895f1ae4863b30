using Platform.ServiceDefaults;

namespace Platform.Artifact.Signing;

/// <summary>Loads the signing key at start, or makes it when there is none.</summary>
internal sealed class SigningKeys(ArtifactStore store, RandomSource random)
{
    private const string KeyId = "k1";

    public byte[] Current { get; private set; } = [];

    public async Task LoadAsync(CancellationToken cancellation)
    {
        var keys = store.Keys.For(SigningKey.SystemOwner);
        // Two instances may start at once: whoever inserts first wins, both read what is there.
        await keys.InsertAsync(new SigningKey { Id = KeyId, Secret = random.Bytes(32) }, cancellation);
        Current = (await keys.GetAsync(KeyId, cancellation))!.Value.Secret;
    }
}
