using Tomlyn;
using Tomlyn.Model;

namespace Platform.Gateway.Identity;

/// <summary>The part of the command line's profile file that an embedded host fills in for its own user.</summary>
/// <param name="ApiUrl">gRPC address.</param>
/// <param name="Token">API token.</param>
internal sealed record ClientProfile(string ApiUrl, string Token)
{
    private const string Section = "local";

    /// <summary>The profile <c>local</c> of a file; null when there is none.</summary>
    public static ClientProfile? Read(string path)
    {
        if (!File.Exists(path) || TomlSerializer.Deserialize<TomlTable>(File.ReadAllText(path)) is not { } file)
        {
            return null;
        }

        return file.TryGetValue(Section, out object? section) && section is IDictionary<string, object> values
            ? new ClientProfile(values.TryGetValue("api_url", out object? url) ? $"{url}" : "", values.TryGetValue("api_token", out object? token) ? $"{token}" : "")
            : null;
    }

    /// <summary>Writes the profile, readable by its owner only; other profiles in the file stay.</summary>
    public static void Write(string path, ClientProfile profile)
    {
        var file = (File.Exists(path) ? TomlSerializer.Deserialize<TomlTable>(File.ReadAllText(path)) : null) ?? [];
        file.TryAdd("default", Section);
        file[Section] = new TomlTable { ["api_url"] = profile.ApiUrl, ["api_token"] = profile.Token };
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string temporary = path + ".tmp";
        using (var stream = new FileStream(temporary, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
        using (var writer = new StreamWriter(stream))
        {
            writer.Write(TomlSerializer.Serialize(file));
        }

        File.Move(temporary, path, overwrite: true);
    }
}
