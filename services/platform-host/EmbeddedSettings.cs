namespace Platform.Host;

/// <summary>Derives every setting of the embedded host from its data folder and ports.</summary>
internal static class EmbeddedSettings
{
    /// <summary>The data folder: <c>HUB_DATA</c>, else the user's data folder.</summary>
    public static string DataFolder { get; } = Path.GetFullPath(Environment.GetEnvironmentVariable("HUB_DATA")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "hub"));

    /// <summary>The client's profile file: <c>HUB_CONFIG</c>, else the user's configuration folder.</summary>
    public static string ClientProfile { get; } = Environment.GetEnvironmentVariable("HUB_CONFIG")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify), "hub", "config.toml");

    /// <summary>Settings below the command line's and the environment's.</summary>
    public static Dictionary<string, string?> Of(string data, int http, int grpc)
    {
        string socket = Path.Combine(data, "run", "hub.sock");
        string unix = "unix:" + socket;
        string gate = Path.Combine(data, "run", "measuring.lock");
        return new Dictionary<string, string?>
        {
            ["Listen:Http"] = $"{http}",
            ["Listen:Grpc"] = $"{grpc}",
            ["Listen:Socket"] = socket,
            ["Services:Gateway"] = unix,
            ["Services:Artifact"] = unix,
            ["Services:Broker"] = unix,
            ["Store:Kind"] = "sqlite",
            ["Store:Folder"] = data,
            ["Artifact:Folder"] = Path.Combine(data, "blobs"),
            ["Artifact:PublicUrl"] = $"http://127.0.0.1:{http}",
            ["Compiler:WorkFolder"] = Path.Combine(data, "work"),
            ["Compiler:NodeId"] = "embedded",
            ["Worker:WorkFolder"] = Path.Combine(data, "runs"),
            ["Worker:HostId"] = "embedded",
            ["Worker:Gate"] = gate,
            ["Compiler:Gate"] = gate,
            ["Gateway:Embedded"] = "true",
            ["Gateway:LocalOrganization"] = "local",
            ["Gateway:ClientProfile"] = ClientProfile,
            ["Gateway:PublicGrpcUrl"] = $"http://127.0.0.1:{grpc}",
        };
    }
}
