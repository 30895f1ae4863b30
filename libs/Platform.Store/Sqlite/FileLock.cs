namespace Platform.Store.Sqlite;

/// <summary>Keeps a second process off the data. The kernel lets go of it when the process dies, however it dies.</summary>
internal sealed class FileLock : IDisposable
{
    private readonly FileStream _file;

    private FileLock(FileStream file) => _file = file;

    public static FileLock Take(string path)
    {
        try
        {
            return new FileLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException error) when (File.Exists(path))
        {
            throw new StoreException(StoreProblem.Locked, $"another process is using the data beside {path}", error);
        }
    }

    public void Dispose() => _file.Dispose();
}
