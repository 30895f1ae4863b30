using Testcontainers.RabbitMq;

namespace TestKit.Servers;

/// <summary>
/// A RabbitMQ server for a test run, in this order: the address in <c>HUB_TEST_RABBIT</c>, Debian's server as a node of its own, a
/// container; else the test is skipped with the reason.
/// </summary>
public sealed class RabbitServer : IAsyncDisposable
{
    private readonly IAsyncDisposable? _container;
    private readonly Node? _node;
    private ServerProcess? _process;

    private RabbitServer(string address, IAsyncDisposable? container = null, Node? node = null, ServerProcess? process = null)
    {
        ConnectionString = address;
        (_container, _node, _process) = (container, node, process);
    }

    /// <summary>Address, <c>amqp://...</c>.</summary>
    public string ConnectionString { get; }

    public static async Task<RabbitServer> StartAsync(string folder)
    {
        if (Environment.GetEnvironmentVariable("HUB_TEST_RABBIT") is { Length: > 0 } address)
        {
            return new RabbitServer(address);
        }

        // The packaged command changes to a user of its own; the node's own script runs as whoever runs the tests.
        string? programs = Directory.Exists("/usr/lib/rabbitmq/lib")
            ? Directory.EnumerateDirectories("/usr/lib/rabbitmq/lib").Select(version => Path.Combine(version, "sbin")).FirstOrDefault(Directory.Exists)
            : null;
        if (programs is not null)
        {
            int port = FreePort.Find();
            var node = new Node(programs, Environ(folder, port));
            return new RabbitServer($"amqp://guest:guest@127.0.0.1:{port}/", null, node, await node.StartAsync());
        }

        Assert.SkipUnless(ContainerEngine.IsThere, "needs HUB_TEST_RABBIT, the package rabbitmq-server, or a container engine");
        var container = new RabbitMqBuilder("rabbitmq:4.1").Build();
        await container.StartAsync();
        return new RabbitServer(container.GetConnectionString(), container);
    }

    /// <summary>kill -9 of the node, with all that it has started.</summary>
    public async Task KillAsync()
    {
        await Owned().KillAsync(tree: true);
        await Owned().DisposeAsync();
        _process = null;
    }

    /// <summary>Starts it again after a kill: the same port, the same data.</summary>
    public async Task StartAgainAsync() => _process = await RequireNode().StartAsync();

    /// <summary>One command of rabbitmqctl, and what it says.</summary>
    public async Task<string> ControlAsync(params string[] arguments)
    {
        var node = RequireNode();
        var run = await ProcessRun.RunAsync(Path.Combine(node.Programs, "rabbitmqctl"), arguments, node.Environment);
        Assert.True(run.ExitCode == 0, $"rabbitmqctl {string.Join(' ', arguments)}: {run.Output}{run.Error}");
        return run.Output;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        if (_container is not null)
        {
            await _container.DisposeAsync();
        }
    }

    private Node RequireNode()
    {
        Assert.SkipWhen(_node is null, "only a node of the package rabbitmq-server can be killed and told what to do");
        return _node!;
    }

    private ServerProcess Owned()
    {
        RequireNode();
        return _process!;
    }

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

            // Its schedulers look for work for a while before they sleep, on cores that others need.
            ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "+sbwt none +sbwtdcpu none +sbwtdio none",
        };
    }

    private sealed record Node(string Programs, Dictionary<string, string> Environment)
    {
        public Task<ServerProcess> StartAsync() => ServerProcess.StartAsync(Path.Combine(Programs, "rabbitmq-server"), [], "Server startup complete", Environment);
    }
}
