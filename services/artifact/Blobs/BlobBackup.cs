namespace Platform.Artifact.Blobs;

/// <summary>Copies the blobs into a backup, laid out as files. Blobs never change, so a copy of each is a copy of the whole.</summary>
internal static class BlobBackup
{
    public static async Task CopyAsync(IBlobFiles files, string target, CancellationToken cancellation)
    {
        await foreach (var blob in files.ListAsync(cancellation))
        {
            if (blob.IsUpload)
            {
                continue;
            }

            string copy = Path.Combine(target, "blobs", "blobs", blob.Owner, blob.Id);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            try
            {
                await using var from = await files.OpenBlobAsync(blob.Owner, blob.Id, cancellation);
                await using var to = new FileStream(copy, FileMode.CreateNew, FileAccess.Write);
                await from.CopyToAsync(to, cancellation);
            }
            catch (FileNotFoundException)
            {
                // Erased meanwhile; the databases, which were copied before, still name it, and downloads of it are refused.
                File.Delete(copy);
            }
        }
    }
}
