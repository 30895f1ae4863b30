using Platform.Artifact.Blobs;
using TestKit;

namespace Platform.Artifact.Tests;

public sealed class LocalBlobFilesTests : BlobFilesConformance, IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly LocalBlobFiles _files;

    public LocalBlobFilesTests() => _files = new LocalBlobFiles(_folder.Path);

    private protected override IBlobFiles Files => _files;

    public void Dispose() => _folder.Dispose();

}
