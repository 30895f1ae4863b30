namespace Platform.Sandbox.Gate;

/// <summary>
/// Keeps the machine quiet while something is timed on it: whoever loads the processors holds a share, whoever measures wants
/// the gate alone. A lock on a file, so that it holds between processes and falls with them.
/// </summary>
/// <param name="path">The lock file, the same for all programs of the machine; empty for a gate that keeps nobody out.</param>
/// <param name="clock">The clock.</param>
public sealed class MeasurementGate(string path, TimeProvider clock)
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(25);

    /// <summary>Takes a share; waits while somebody measures.</summary>
    public async Task<IDisposable> ShareAsync(CancellationToken cancellation) =>
        await TakeAsync(FileAccess.Read, FileShare.Read, Timeout.InfiniteTimeSpan, cancellation) ?? new MemoryStream();

    /// <summary>Takes the gate alone.</summary>
    /// <param name="patience">How long to wait for those that hold a share.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>To be disposed after measuring; null when the machine did not get quiet in that time.</returns>
    public Task<IDisposable?> TakeAloneAsync(TimeSpan patience, CancellationToken cancellation) => TakeAsync(FileAccess.ReadWrite, FileShare.None, patience, cancellation);

    private async Task<IDisposable?> TakeAsync(FileAccess access, FileShare share, TimeSpan patience, CancellationToken cancellation)
    {
        if (path.Length == 0)
        {
            return new MemoryStream();
        }

        long began = clock.GetTimestamp();
        while (true)
        {
            if (TryOpen(access, share) is { } held)
            {
                return held;
            }

            if (patience != Timeout.InfiniteTimeSpan && clock.GetElapsedTime(began) >= patience)
            {
                return null;
            }

            await Task.Delay(s_look, clock, cancellation);
        }
    }

    private FileStream? TryOpen(FileAccess access, FileShare share)
    {
        try
        {
            if (!File.Exists(path))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                using var made = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
            }

            return new FileStream(path, FileMode.Open, access, share);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Held by another in a way that does not go with this one.
            return null;
        }
    }
}
