namespace Platform.Artifact.Blobs;

/// <summary>Copies the blobs of a host into a backup. Blobs never change, so a copy of each file is a copy of the whole.</summary>
internal static class BlobBackup
{
    public static async Task CopyAsync(string folder, string target, CancellationToken cancellation)
    {
        string blobs = Path.Combine(folder, "blobs");
        foreach (string file in Directory.Exists(blobs) ? Directory.EnumerateFiles(blobs, "*", SearchOption.AllDirectories) : [])
        {
            string copy = Path.Combine(target, "blobs", "blobs", Path.GetRelativePath(blobs, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            try
            {
                await using var from = File.OpenRead(file);
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
