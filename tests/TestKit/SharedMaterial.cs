namespace TestKit;

/// <summary>Test material outside the repository: <c>HUB_SHARED</c>, else <c>../shared</c> beside the checkout.</summary>
public static class SharedMaterial
{
    private static readonly string s_root =
        Environment.GetEnvironmentVariable("HUB_SHARED") ?? System.IO.Path.GetFullPath(RepositoryRoot.Combine("..", "shared"));

    /// <summary>The path of a file or folder of the material; skips the test, saying what is missing, when it is not there.</summary>
    public static string Require(params string[] parts)
    {
        string path = System.IO.Path.Combine([s_root, .. parts]);
        Assert.SkipUnless(System.IO.Path.Exists(path), $"needs {string.Join('/', parts)} of the shared test material (HUB_SHARED)");
        return path;
    }

    /// <summary>The same without skipping: null when it is not there (for theory data).</summary>
    public static string? TryFind(params string[] parts)
    {
        string path = System.IO.Path.Combine([s_root, .. parts]);
        return System.IO.Path.Exists(path) ? path : null;
    }
}
