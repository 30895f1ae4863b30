using System.Diagnostics;
using Platform.Sandbox;

namespace QnnStep;

/// <summary>Both programs, published the way that the hub ships its own.</summary>
internal static class Programs
{
    public static SandboxLimits Limits { get; } = new(TimeSpan.FromMinutes(5), 8L << 30, 2L << 30, 1 << 20);

    public static void Publish(string target)
    {
        string repository = Root();
        foreach (var (project, name) in new[] { ("runners/qnn-step/Runner.QnnStep.csproj", "qnn-step"), ("bench/QnnBare/QnnBare.csproj", "qnn-bare") })
        {
            string rid = System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier.Contains("arm64", StringComparison.Ordinal) ? "linux-arm64" : "linux-x64";
            string[] arguments = ["publish", Path.Combine(repository, project), "-c", "Release", "-r", rid, "--self-contained", "false", "-p:PublishReadyToRun=true", "-nodeReuse:false", "-v", "quiet", "--nologo", "-o", Path.Combine(target, name)];
            using var process = Process.Start(new ProcessStartInfo("dotnet", arguments))!;
            process.WaitForExit();
            if (process.ExitCode != 0)
            {
                throw new InvalidOperationException($"{project} cannot be published");
            }
        }
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Platform.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("no Platform.sln above the program");
    }
}
