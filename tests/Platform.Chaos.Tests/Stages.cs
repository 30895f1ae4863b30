using TestKit;
using TestKit.Hub;

namespace Platform.Chaos.Tests;

/// <summary>Farms that scenarios share: started when the first one needs it, thrown away when a scenario fails in it.</summary>
public sealed class Stages : IAsyncLifetime
{
    private readonly List<string> _table = [];
    private HubProcess? _hub;
    private FarmAssets? _assets;
    private Stage _stage = Stage.Own;

    /// <summary>
    /// Time constants divided by five; nodes' leases by two, and hosts' not at all: a machine so busy that a process stands still for some
    /// seconds is not the fault that a scenario is about.
    /// </summary>
    internal static Dictionary<string, string> Quick { get; } = new()
    {
        ["Gateway:ScanInterval"] = "00:00:00.4",
        ["Gateway:Heartbeat"] = "00:00:01",
        ["Gateway:SelfFence"] = "00:00:12",
        ["Gateway:Lease"] = "00:00:15",
        ["Gateway:LeaseGrace"] = "00:00:03",
        ["Gateway:Sweep"] = "00:00:03",
        ["Gateway:FirstBackOff"] = "00:00:02",
        ["Broker:Heartbeat"] = "00:00:01",
        ["Broker:Reservation"] = "00:00:06",
        ["Broker:ScanInterval"] = "00:00:00.4",
        ["Broker:FirstRest"] = "00:00:02",
        ["Broker:LongestRest"] = "00:02:00",
        ["Subscriptions:Lease"] = "00:00:12",
        ["Subscriptions:FirstBackOff"] = "00:00:01",
        ["Subscriptions:LongestExchangeBackOff"] = "00:00:06",
    };

    private static Dictionary<string, string> Common { get; } = new()
    {
        ["Webhooks:AllowedNetworks:0"] = "127.0.0.0/8",
        ["Worker:GatePatience"] = "00:00:02",
        ["Telemetry:Prometheus"] = "true",

        // Small enough to be exceeded by an attack without harm to the machine that the tests run on.
        ["Limits:compile_memory_bytes"] = $"{768L << 20}",
        ["Limits:compile_seconds"] = "30",
        ["Limits:output_bytes"] = $"{256L << 20}",
    };

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await AbandonAsync();
        if (_table.Count > 0)
        {
            string file = RepositoryRoot.Combine("artifacts", "chaos.txt");
            await File.WriteAllLinesAsync(file, _table);
        }
    }

    internal async Task<ChaosRun> EnterAsync(Scenario scenario, ITestOutputHelper output)
    {
        if (scenario.Stage == Stage.Own)
        {
            // A farm that idles beside it would take its share of the processor.
            await AbandonAsync();
            return new ChaosRun(null, null, output);
        }

        if (_hub is null || _stage != scenario.Stage)
        {
            await AbandonAsync();
            var settings = scenario.Stage == Stage.Farm ? Quick.Concat(Common) : Common;
            _hub = await HubProcess.StartDistributedAsync(new FarmPlan { Settings = settings.ToDictionary(), Proxied = true, FaultySteps = true });
            _assets = await FarmAssets.MakeAsync(_hub);
            _stage = scenario.Stage;
        }

        var run = new ChaosRun(_hub, _assets, output);
        await run.BeginAsync();
        return run;
    }

    internal async Task AbandonAsync()
    {
        if (_hub is not null)
        {
            await _hub.DisposeAsync();
            _hub = null;
        }
    }

    internal void Note(string line, ITestOutputHelper output)
    {
        _table.Add(line);
        output.WriteLine(line);
    }
}
