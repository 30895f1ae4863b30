namespace Platform.Store;

/// <summary>Something that belongs into a copy of an embedded host's data.</summary>
/// <param name="Order">When it is copied: who refers to others comes first, so that no copy names what came after it.</param>
/// <param name="CopyAsync">Copies into a folder while the host goes on.</param>
public sealed record BackupSource(int Order, Func<string, CancellationToken, Task> CopyAsync);
