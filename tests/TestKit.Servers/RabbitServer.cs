using Testcontainers.RabbitMq;

namespace TestKit.Servers;

/// <summary>
/// A RabbitMQ server for a test run, in this order: the address in <c>HUB_TEST_RABBIT</c>, Debian's server as a node of its own, a
/// container; else the test is skipped with the reason.
/// </summary>
public sealed class RabbitServer : IAsyncDisposable
{
    private readonly IAsyncDisposable? _owned;

    private RabbitServer(string address, IAsyncDisposable? owned)
    {
        ConnectionString = address;
        _owned = owned;
    }

    /// <summary>Address, <c>amqp://...</c>.</summary>
    public string ConnectionString { get; }

    public static async Task<RabbitServer> StartAsync(string folder)
    {
        if (Environment.GetEnvironmentVariable("HUB_TEST_RABBIT") is { Length: > 0 } address)
        {
            return new RabbitServer(address, null);
        }

        // The packaged command changes to a user of its own; the node's own script runs as whoever runs the tests.
        string? script = Directory.Exists("/usr/lib/rabbitmq/lib")
            ? Directory.EnumerateDirectories("/usr/lib/rabbitmq/lib").Select(version => Path.Combine(version, "sbin", "rabbitmq-server")).FirstOrDefault(File.Exists)
            : null;
        if (script is not null)
        {
            int port = FreePort.Find();
            var process = await ServerProcess.StartAsync(script, [], "Server startup complete", Environ(folder, port));
            return new RabbitServer($"amqp://guest:guest@127.0.0.1:{port}/", process);
        }

        Assert.SkipUnless(ContainerEngine.IsThere, "needs HUB_TEST_RABBIT, the package rabbitmq-server, or a container engine");
        var container = new RabbitMqBuilder("rabbitmq:4.1").Build();
        await container.StartAsync();
        return new RabbitServer(container.GetConnectionString(), container);
    }

    public ValueTask DisposeAsync() => _owned?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static Dictionary<string, string> Environ(string folder, int port)
    {
        Directory.CreateDirectory(folder);
        string plugins = Path.Combine(folder, "enabled_plugins");
        File.WriteAllText(plugins, "[].");
        return new Dictionary<string, string>
        {
            ["RABBITMQ_NODENAME"] = $"hubtest{port}@localhost",
            ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
            ["RABBITMQ_NODE_PORT"] = $"{port}",
            ["RABBITMQ_DIST_PORT"] = $"{FreePort.Find()}",
            ["RABBITMQ_MNESIA_BASE"] = Path.Combine(folder, "mnesia"),
            ["RABBITMQ_LOG_BASE"] = Path.Combine(folder, "log"),
            ["RABBITMQ_LOGS"] = "-",
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = plugins,
            ["RABBITMQ_CONFIG_FILE"] = Path.Combine(folder, "none"),
            ["RABBITMQ_CONF_ENV_FILE"] = Path.Combine(folder, "none.sh"),
            ["RABBITMQ_PID_FILE"] = Path.Combine(folder, "pid"),
            ["HOME"] = folder,
        };
    }
}
