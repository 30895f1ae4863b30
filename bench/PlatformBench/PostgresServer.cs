using TestKit;
using TestKit.Servers;

namespace PlatformBench;

/// <summary>Debian's PostgreSQL on a folder of its own; it refuses to run as root, so it runs as its own user then.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private readonly ServerProcess _process;

    private PostgresServer(ServerProcess process, string connection)
    {
        _process = process;
        ConnectionString = connection;
    }

    public string ConnectionString { get; }

    /// <summary>The newest installed version's programs; null when there are none.</summary>
    public static string? Programs { get; } = Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).Where(bin => File.Exists(Path.Combine(bin, "initdb"))).Order(StringComparer.Ordinal).LastOrDefault()
        : null;

    public static async Task<PostgresServer> StartAsync(TempFolder folder, bool synchronousCommit)
    {
        string data = Directory.CreateDirectory(folder.File("postgres")).FullName;
        int port = FreePort.Find();
        string[] asUser = Environment.UserName == "root" ? ["runuser", "-u", "postgres", "--"] : ["env"];
        if (Environment.UserName == "root")
        {
            File.SetUnixFileMode(folder.Path, File.GetUnixFileMode(folder.Path) | UnixFileMode.OtherExecute | UnixFileMode.OtherRead);
            Assert.Equal(0, (await ProcessRun.RunAsync("chown", ["postgres", data])).ExitCode);
        }

        var made = await ProcessRun.RunAsync(asUser[0], [.. asUser[1..], Path.Combine(Programs!, "initdb"), "-D", data, "-U", "hub", "--auth=trust"]);
        Assert.True(made.ExitCode == 0, made.Error);
        var process = await ServerProcess.StartAsync(
            asUser[0],
            [
                .. asUser[1..], Path.Combine(Programs!, "postgres"), "-D", data, "-p", $"{port}", "-k", data, "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200",
                "-c", $"synchronous_commit={(synchronousCommit ? "on" : "off")}",
            ],
            "database system is ready");
        return new PostgresServer(process, $"Host=127.0.0.1;Port={port};Username=hub;Database=postgres;Maximum Pool Size=150");
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
