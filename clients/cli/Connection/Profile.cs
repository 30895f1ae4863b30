using Tomlyn;
using Tomlyn.Model;

namespace Hub.Cli.Connection;

/// <summary>Where a hub is and how to get in: one section of the profile file.</summary>
/// <param name="Name">Section.</param>
/// <param name="ApiUrl">gRPC address.</param>
/// <param name="Token">API token.</param>
internal sealed record Profile(string Name, string ApiUrl, string Token)
{
    /// <summary>The profile file: <c>HUB_CONFIG</c>, else the user's configuration folder.</summary>
    public static string FilePath { get; } = Environment.GetEnvironmentVariable("HUB_CONFIG")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify), "hub", "config.toml");

    /// <summary>The named profile, else the file's default one; null when there is none.</summary>
    public static Profile? Read(string? name)
    {
        if (!File.Exists(FilePath) || TomlSerializer.Deserialize<TomlTable>(File.ReadAllText(FilePath)) is not { } file)
        {
            return null;
        }

        string section = name ?? (file.TryGetValue("default", out object? chosen) ? chosen?.ToString() : null) ?? "local";
        return file.TryGetValue(section, out object? found) && found is TomlTable values
            ? new Profile(section, values.TryGetValue("api_url", out object? url) ? $"{url}" : "", values.TryGetValue("api_token", out object? token) ? $"{token}" : "")
            : null;
    }

    /// <summary>Writes this profile and makes it the default; the file is readable by its owner only.</summary>
    public void Write()
    {
        var file = (File.Exists(FilePath) ? TomlSerializer.Deserialize<TomlTable>(File.ReadAllText(FilePath)) : null) ?? [];
        file["default"] = Name;
        file[Name] = new TomlTable { ["api_url"] = ApiUrl, ["api_token"] = Token };
        Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
        using var stream = new FileStream(FilePath, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
        using var writer = new StreamWriter(stream);
        writer.Write(TomlSerializer.Serialize(file));
    }
}
