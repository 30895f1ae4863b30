namespace Platform.Runners;

/// <summary>A folder that both sides reach, perhaps by different paths: a sandboxed runner sees its work folder elsewhere.</summary>
/// <param name="Here">Its path for this process.</param>
/// <param name="AtRunner">Its path for the runner.</param>
public sealed record SharedFolder(string Here, string AtRunner)
{
    /// <summary>A folder that has the same path on both sides.</summary>
    public static SharedFolder Same(string path) => new(path, path);
}
