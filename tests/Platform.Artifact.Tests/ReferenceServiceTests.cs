using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Time.Testing;
using Platform.Artifact.Blobs;
using Platform.Artifact.References;
using Platform.ServiceDefaults;
using Platform.Store.Memory;
using TestKit;

namespace Platform.Artifact.Tests;

public sealed class ReferenceServiceTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public async Task Confirm_OfALeaseThatWasRemoved_DoesNotKeepALaterOne()
    {
        var references = await OpenAsync();
        var early = await references.AddAsync("o1", "b1", "model", "m1", TestContext.Current.CancellationToken);
        await references.RemoveAsync("o1", "model", "m1", TestContext.Current.CancellationToken);
        var late = await references.AddAsync("o1", "b1", "model", "m1", TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<FailureException>(() => references.ConfirmAsync("o1", "b1", "model", "m1", early.LeaseId, TestContext.Current.CancellationToken));

        Assert.NotEqual(early.LeaseId, late.LeaseId);
        var kept = await references.ConfirmAsync("o1", "b1", "model", "m1", late.LeaseId, TestContext.Current.CancellationToken);
        Assert.Null(kept.LeaseExpiresAt);
    }

    [Fact]
    public async Task Add_Twice_IsOneLeaseThatEitherConfirms()
    {
        var references = await OpenAsync();
        var one = await references.AddAsync("o1", "b1", "model", "m1", TestContext.Current.CancellationToken);
        var other = await references.AddAsync("o1", "b1", "model", "m1", TestContext.Current.CancellationToken);

        Assert.Equal(one.LeaseId, other.LeaseId);
        var kept = await references.ConfirmAsync("o1", "b1", "model", "m1", other.LeaseId, TestContext.Current.CancellationToken);
        Assert.Null(kept.LeaseExpiresAt);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<ReferenceService> OpenAsync()
    {
        var clock = new FakeTimeProvider();
        var ids = new IdSource(RandomSource.Seeded(1));
        var store = new ArtifactStore(new MemoryStore());
        await store.OpenAsync(TestContext.Current.CancellationToken);

        // Another owner's reference: what is removed here takes no bytes with it.
        var blob = new Blob { Id = "b1", Owner = "o1", Sha256 = new string('a', 64), Generation = 1, Size = 1, CreatedAt = clock.GetUtcNow() };
        await store.Blobs.For("o1").InsertAsync(blob, TestContext.Current.CancellationToken);
        var references = new ReferenceService(store, new BlobService(store, new LocalBlobFiles(_folder.Path), ids, clock), new LimitSettings(new ConfigurationBuilder().Build()), ids, clock);
        await references.AddAsync("o1", "b1", "dataset", "d1", TestContext.Current.CancellationToken);
        return references;
    }
}
