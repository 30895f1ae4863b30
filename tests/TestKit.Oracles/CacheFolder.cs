namespace TestKit.Oracles;

/// <summary>Where tests keep what is costly to make: unpacked libraries, exported models. Safe to delete at any time.</summary>
public static class CacheFolder
{
    public static string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"hub-test-cache-{Environment.UserName}");

    /// <summary>A folder of the cache, filled once by whoever comes first.</summary>
    public static string Get(string name, Action<string> fill)
    {
        string folder = System.IO.Path.Combine(Path, name);
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(Path);
            string temporary = Directory.CreateTempSubdirectory("hub-test-fill-").FullName;
            string beside = folder + "." + System.IO.Path.GetFileName(temporary);
            Directory.CreateDirectory(beside);
            Directory.Delete(temporary);
            fill(beside);
            try
            {
                Directory.Move(beside, folder);
            }
            catch (IOException) when (Directory.Exists(folder))
            {
                Directory.Delete(beside, recursive: true);
            }
        }

        return folder;
    }
}
