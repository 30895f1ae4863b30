using Platform.Artifact.Blobs;
using TestKit;

namespace Platform.Artifact.Tests;

public sealed class LocalBlobFilesTests : BlobFilesConformance
{
    private readonly TempFolder _folder = new();

    private protected override Task<IBlobFiles> CreateAsync() => Task.FromResult<IBlobFiles>(new LocalBlobFiles(_folder.Path));

    public override async ValueTask DisposeAsync()
    {
        _folder.Dispose();
        await base.DisposeAsync();
    }
}
