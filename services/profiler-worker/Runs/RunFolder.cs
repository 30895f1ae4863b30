namespace Platform.ProfilerWorker.Runs;

/// <summary>The folder of one run: what its programs may write. It goes with the run.</summary>
internal sealed class RunFolder : IDisposable
{
    public RunFolder(string workFolder, string runId, uint epoch)
    {
        Path = PathOf(workFolder, runId, epoch);
        Remove(Path);
        Directory.CreateDirectory(Path);
    }

    public string Path { get; }

    public static string ParentOf(string workFolder) => System.IO.Path.Combine(workFolder, "runs");

    public static string PathOf(string workFolder, string runId, uint epoch) => System.IO.Path.Combine(ParentOf(workFolder), $"{runId}-{epoch}");

    public static void Remove(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
    }

    public string Make(string name) => Directory.CreateDirectory(System.IO.Path.Combine(Path, name)).FullName;

    public void Dispose()
    {
        try
        {
            Remove(Path);
        }
        catch (IOException)
        {
            // A dying process may still hold a file; the device is cleaned before it is given out again.
            return;
        }
    }
}
