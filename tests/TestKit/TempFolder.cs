namespace TestKit;

/// <summary>A folder of the test's own, removed with the test.</summary>
public sealed class TempFolder : IDisposable
{
    private const string Prefix = "hub-test-";

    public TempFolder()
        : this(Directory.CreateTempSubdirectory(Prefix).FullName)
    {
    }

    private TempFolder(string path) => Path = path;

    public string Path { get; }

    /// <summary>A folder that is not on a disk, where the system has such.</summary>
    public static TempFolder InMemory() =>
        Directory.Exists("/dev/shm") ? new TempFolder(Directory.CreateDirectory($"/dev/shm/{Prefix}{System.IO.Path.GetRandomFileName()}").FullName) : new TempFolder();

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
