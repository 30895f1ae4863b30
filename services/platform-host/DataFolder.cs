namespace Platform.Host;

/// <summary>Makes the data folder ready: readable by its owner only, since models and tokens lie in it.</summary>
internal static class DataFolder
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public static void Prepare(string data)
    {
        Directory.CreateDirectory(data, Private);
        Directory.CreateDirectory(Path.Combine(data, "run"), Private);
    }
}
