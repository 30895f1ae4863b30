using System.Globalization;

namespace Platform.Sandbox.Processes;

/// <summary>The environment of a run: nothing of ours is passed on by accident.</summary>
internal static class SandboxEnvironment
{
    public static IEnumerable<KeyValuePair<string, string>> Of(SandboxRequest request)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PATH"] = "/usr/local/bin:/usr/bin:/bin",
            ["HOME"] = "/tmp",
            ["TMPDIR"] = "/tmp",
            ["LANG"] = "C.UTF-8",
            ["DOTNET_EnableDiagnostics"] = "0",
            ["DOTNET_NOLOGO"] = "1",
            ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
            ["DOTNET_ROOT"] = DotnetRoot.Path,
            // The collector sizes itself by the machine's memory unless it is told what it really may use.
            ["DOTNET_GCHeapHardLimit"] = (request.Limits.MemoryBytes * 9 / 10).ToString("X", CultureInfo.InvariantCulture),
        };
        foreach (var (key, value) in request.Environment)
        {
            environment[key] = value;
        }

        return environment;
    }
}

/// <summary>Where the .NET runtime lies that this process runs on.</summary>
internal static class DotnetRoot
{
    public static string Path { get; } =
        System.IO.Path.GetFullPath(System.IO.Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
}
