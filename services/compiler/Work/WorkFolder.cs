namespace Platform.Compiler.Work;

/// <summary>The folder of one attempt: what the sandbox may write. It goes with the attempt.</summary>
internal sealed class WorkFolder : IDisposable
{
    public WorkFolder(string parent, string jobId, uint epoch)
    {
        Path = System.IO.Path.Combine(parent, $"{jobId}-{epoch}");
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }

        Directory.CreateDirectory(Path);
    }

    public string Path { get; }

    public string Make(string name) => Directory.CreateDirectory(System.IO.Path.Combine(Path, name)).FullName;

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // A dying process may still hold a file; the next start of the node empties the whole folder.
            return;
        }
    }
}
