using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Platform.Contracts.Hub.V1;
using TestKit.Oracles;
using HubClient = Platform.Contracts.Hub.V1.Hub.HubClient;

namespace TestKit.Hub;

/// <summary>The embedded hub as a process on a folder of its own. It may be killed and started again on the same folder.</summary>
internal sealed partial class HubProcess : IAsyncDisposable
{
    /// <summary>A setting whose name begins so goes into the environment.</summary>
    public const string EnvironmentPrefix = "env:";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly TempFolder _folder = new();
    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly StringBuilder _log = new();
    private Process? _process;
    private GrpcChannel? _channel;

    private HubProcess(IReadOnlyDictionary<string, string> settings)
    {
        _settings = settings;
        (HttpPort, GrpcPort) = (FreePort.Find(), FreePort.Find());
        LinkRunners(_folder.File("runners"));
    }

    /// <summary>A folder as build/publish.sh fills it, to run what users run; null for what the solution's build left.</summary>
    public static string? Published { get; set; } = Compiled("hub");

    public int HttpPort { get; private set; }

    public int GrpcPort { get; private set; }

    /// <summary>The processes of a distributed hub; null for the embedded one.</summary>
    public Farm? Farm { get; private set; }

    public string Data => _folder.File("data");

    /// <summary>Where the hub keeps what it unpacks.</summary>
    public string Cache => _folder.File("cache/hub");

    public HttpClient Http { get; } = new() { Timeout = TimeSpan.FromMinutes(5) };

    /// <summary>A client with the token of the local user.</summary>
    public HubClient Client => ClientWith(Token);

    public string Token => TokenLine().Match(File.ReadAllText(_folder.File("config.toml"))).Groups[1].Value;

    public int ProcessId => _process!.Id;

    public string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    public static async Task<HubProcess> StartAsync(params (string Name, string Value)[] settings)
    {
        RuntimeLibraries.RequireLiteRt();
        var hub = new HubProcess(settings.ToDictionary(pair => pair.Name, pair => pair.Value));
        await hub.StartAgainAsync();
        await hub.WaitForWorkersAsync();
        return hub;
    }

    /// <summary>The same hub as separate processes over RabbitMQ and MongoDB.</summary>
    public static async Task<HubProcess> StartDistributedAsync(FarmPlan? plan = null)
    {
        RuntimeLibraries.RequireLiteRt();
        var hub = new HubProcess(new Dictionary<string, string>());
        try
        {
            hub.Farm = await Farm.StartAsync(hub._folder.File("runners"), hub._folder.File("config.toml"), plan);
            (hub.HttpPort, hub.GrpcPort) = hub.Farm.PortsOf("gateway0");
            await hub.WaitForWorkersAsync();
            return hub;
        }
        catch
        {
            await hub.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes a folder of the runner programs, as hosts and build nodes expect it.</summary>
    public static string LinkRunners(string path)
    {
        string runners = Directory.CreateDirectory(path).FullName;
        foreach (var (name, project) in new[] { ("step", "Runner.Step"), ("model-runner", "Runner.Model"), ("qnn-step", "Runner.QnnStep") })
        {
            Directory.CreateSymbolicLink(Path.Combine(runners, name), Published is { } folder ? Path.Combine(folder, "runners", name) : Binaries(project));
        }

        return runners;
    }

    public static string Binaries(string project) => RepositoryRoot.Combine("artifacts", "bin", project, new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/')).Name);

    /// <summary>Programs compiled ahead of time, as users and images run them, where <c>HUB_COMPILED</c> asks for them: test.sh --chaos makes them first.</summary>
    internal static string? Compiled(string folder) => Environment.GetEnvironmentVariable("HUB_COMPILED") is { Length: > 0 } ? RepositoryRoot.Combine("artifacts", folder) : null;

    /// <summary>The programs with crash points.</summary>
    public static string CrashingBinaries(string project) => RepositoryRoot.Combine("artifacts", "bin", project, "release_crashing");

    public HubClient ClientWith(string token) => new((_channel ??= GrpcChannel.ForAddress($"http://127.0.0.1:{GrpcPort}", new GrpcChannelOptions { MaxReconnectBackoff = TimeSpan.FromSeconds(1) })).Intercept(headers =>
    {
        headers.Add("authorization", $"token {token}");
        return headers;
    }));

    /// <summary>Starts the process and waits for its first answer.</summary>
    /// <returns>How long that took.</returns>
    public async Task<TimeSpan> StartAgainAsync()
    {
        string binaries = _settings.ContainsKey(EnvironmentPrefix + "HUB_CRASH_POINT") ? CrashingBinaries("Platform.Host") : Published is { } folder ? Path.Combine(folder, "host") : Binaries("Platform.Host");
        var start = new ProcessStartInfo(Path.Combine(binaries, "Platform.Host")) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder.Path };
        foreach (string argument in new[] { "--http", $"{HttpPort}", "--grpc", $"{GrpcPort}", $"--Compiler:Runners={_folder.File("runners")}", $"--Worker:Runners={_folder.File("runners")}" }
            .Concat(_settings.Where(pair => !pair.Key.StartsWith(EnvironmentPrefix, StringComparison.Ordinal)).Select(pair => $"--{pair.Key}={pair.Value}")))
        {
            start.ArgumentList.Add(argument);
        }

        // Toolchains are mounted by the settings of a test, not by whoever runs it.
        start.Environment.Remove("HUB_QNN_ROOT");
        foreach (var (name, value) in Environ(_folder.Path))
        {
            start.Environment[name] = value;
        }

        foreach (var (name, value) in _settings.Where(pair => pair.Key.StartsWith(EnvironmentPrefix, StringComparison.Ordinal)))
        {
            start.Environment[name[EnvironmentPrefix.Length..]] = value;
        }

        long began = Stopwatch.GetTimestamp();
        _process = Process.Start(start)!;
        _process.OutputDataReceived += Heard;
        _process.ErrorDataReceived += Heard;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await Until.TrueAsync(IsReadyAsync, s_patience, () => $"the hub does not start:\n{Log}");
        return Stopwatch.GetElapsedTime(began);
    }

    /// <summary>The environment of a hub whose files lie in a folder.</summary>
    internal static Dictionary<string, string> Environ(string folder) => new()
    {
        ["HUB_DATA"] = Path.Combine(folder, "data"), ["HUB_CONFIG"] = Path.Combine(folder, "config.toml"), ["HUB_LITERT_LIB"] = RuntimeLibraries.LiteRt!,
        ["XDG_CACHE_HOME"] = Path.Combine(folder, "cache"),
    };

    /// <summary>kill -9: only the host, not what it has started.</summary>
    public async Task KillAsync()
    {
        _process!.Kill(entireProcessTree: false);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Waits until it has ended by itself.</summary>
    public async Task WaitForEndAsync(TimeSpan patience)
    {
        await _process!.WaitForExitAsync().WaitAsync(patience);
        _process.Dispose();
        _process = null;
    }

    /// <summary>Asks the host to end, as a supervisor does.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> EndAsync()
    {
        await ProcessRun.RunAsync("/bin/sh", ["-c", $"kill -TERM {ProcessId}"]);
        await _process!.WaitForExitAsync();
        int code = _process.ExitCode;
        _process.Dispose();
        _process = null;
        return code;
    }

    public async Task WaitForWorkersAsync() => await Until.TrueAsync(
        async () => (await Client.ListStepsAsync(new ListStepsRequest())).Steps.Any(step => step.Nodes > 0)
            && (await Client.ListDevicesAsync(new ListDevicesRequest())).Devices.Any(device => device.Attributes.Contains("framework:tflite")),
        s_patience,
        () => $"no build node or device appears:\n{Log}");

    public async ValueTask DisposeAsync()
    {
        bool endedByItself = _process is { HasExited: true };
        if (_process is { HasExited: false })
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        int code = _process?.ExitCode ?? 0;

        _process?.Dispose();
        _channel?.Dispose();
        if (Farm is not null)
        {
            await Farm.DisposeAsync();
        }

        Http.Dispose();
        _folder.Dispose();
        Assert.False(endedByItself, $"the hub ended by itself with exit code {code}:\n{Log}");
    }

    private async Task<bool> IsReadyAsync()
    {
        Assert.False(_process!.HasExited, $"the hub ended:\n{Log}");
        try
        {
            using var answer = await Http.GetAsync(new Uri($"http://127.0.0.1:{HttpPort}/ready"));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private void Heard(object sender, DataReceivedEventArgs line)
    {
        lock (_log)
        {
            _log.AppendLine(line.Data);
        }
    }

    [GeneratedRegex("api_token = \"([^\"]+)\"")]
    private static partial Regex TokenLine();
}
