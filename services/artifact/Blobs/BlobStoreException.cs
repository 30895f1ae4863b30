namespace Platform.Artifact.Blobs;

/// <summary>The object storage did not do what it was asked.</summary>
internal sealed class BlobStoreException(string message, bool isFull, Exception? inner = null) : IOException(message, inner)
{
    /// <summary>Whether it said that there is no room.</summary>
    public bool IsFull { get; } = isFull;
}
