namespace Platform.Store;

/// <summary>Something that an embedded host's backup has to hold.</summary>
/// <param name="CopyAsync">Copies it into the backup's folder, consistently, while it is in use.</param>
public sealed record BackupSource(Func<string, CancellationToken, Task> CopyAsync);
