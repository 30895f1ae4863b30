using TestKit.Servers;

namespace TestKit.Hub;

/// <summary>One service of a farm as a process: it can be killed, stopped, and started again with the same ports and settings.</summary>
internal sealed class FarmProcess(string name, string project, IReadOnlyDictionary<string, string> settings, IReadOnlyDictionary<string, string> environment) : IAsyncDisposable
{
    private ServerProcess? _process;

    public string Name => name;

    /// <summary>Its work folder's and other settings, as it was given them.</summary>
    public IReadOnlyDictionary<string, string> Settings => settings;

    public int Id => _process!.Id;

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>What its present start has written.</summary>
    public string Log => _process?.Log ?? "";

    public async Task StartAsync(FarmStart? start = null)
    {
        start ??= new FarmStart();
        var all = new Dictionary<string, string>(settings);
        foreach (var (key, value) in start.Settings)
        {
            all[key] = value;
        }

        string folder = Directory.CreateDirectory(all["contentRoot"]).FullName;
        var environ = new Dictionary<string, string>(environment);
        foreach (var (key, value) in start.Environment)
        {
            environ[key] = value;
        }

        string binaries = start.Crashing ? HubProcess.CrashingBinaries(project) : Farm.Published is { } published ? Path.Combine(published, project) : HubProcess.Binaries(project);
        _process = await ServerProcess.StartAsync(Path.Combine(binaries, project), all.Select(pair => $"--{pair.Key}={pair.Value}"), "Application started", environ);
        Assert.True(Directory.Exists(folder));
    }

    /// <summary>kill -9: only it, not what it has started.</summary>
    public Task KillAsync() => _process!.KillAsync();

    public Task PauseAsync() => _process!.SignalAsync("STOP");

    public Task ResumeAsync() => _process!.SignalAsync("CONT");

    public Task WaitForEndAsync(TimeSpan patience) => _process!.WaitForEndAsync(patience);

    /// <summary>Ends it, if it runs, and starts it anew.</summary>
    public async Task RestartAsync(FarmStart? start = null)
    {
        await DisposeAsync();
        await StartAsync(start);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
            _process = null;
        }
    }
}

/// <summary>How a process of a farm is started.</summary>
internal sealed record FarmStart
{
    /// <summary>The build with crash points (tests/Platform.Chaos.Tests makes it).</summary>
    public bool Crashing { get; init; }

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();
}

/// <summary>What a farm is made of.</summary>
internal sealed record FarmPlan
{
    /// <summary>Settings of every process.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Gateways, device brokers and artifact services: so many of each.</summary>
    public int Replicas { get; init; } = 2;

    public int Compilers { get; init; } = 3;

    public int Hosts { get; init; } = 3;

    public int Devices { get; init; } = 20;

    /// <summary>Whether a proxy stands between every two services, and before the database.</summary>
    public bool Proxied { get; init; }

    /// <summary>Whether also the step programs' faults are scripted.</summary>
    public bool FaultySteps { get; init; }
}
