using Platform.Gateway;
using Platform.Simulation.Tests.Clients;
using Platform.Simulation.Tests.Engine;
using Platform.Simulation.Tests.Faults;
using Platform.Simulation.Tests.Laws;
using Platform.Simulation.Tests.Network;
using Platform.Simulation.Tests.Processes;
using Platform.Simulation.Tests.Stores;
using Platform.Simulation.Tests.Work;

namespace Platform.Simulation.Tests;

/// <summary>
/// The whole platform in one thread: gateways, brokers, nodes, hosts, the artifact service, stores, bus, network and clients. A seed
/// decides everything that chance decides outside.
/// </summary>
internal sealed class World : IDisposable
{
    private static readonly string[] s_owners = ["oamber", "ocobalt"];

    private readonly Chance _chance;
    private readonly Scheduler _scheduler;
    private readonly Weather _weather;
    private readonly WorkPlans _plans;
    private readonly Surroundings _around;
    private readonly Dictionary<string, Process> _processes = new(StringComparer.Ordinal);
    private readonly Database _gateway;
    private readonly Database _broker;
    private readonly JobLaws _jobLaws;
    private readonly LogLaws _logLaws;
    private readonly FarmLaws _farmLaws;
    private readonly Process _outside;
    private readonly Disturbance _disturbance;
    private ArtifactProcess? _artifact;

    public World(int seed, bool traced)
    {
        _chance = new Chance(seed);
        _scheduler = new Scheduler(_chance);
        _weather = new Weather(_chance);
        _plans = new WorkPlans(_chance);
        var trace = new Trace(_scheduler, traced);
        Ledger = new Ledger(_scheduler, _chance, trace);
        Trace = trace;
        string folder = Directory.CreateTempSubdirectory("hub-simulation-").FullName;
        _around = new Surroundings(new Network.Network(_scheduler, _chance, _weather, Ledger.Answered), new Bus(_scheduler, _chance, _weather), Ledger, trace, folder);
        _outside = Birth("outside", TimeSpan.Zero);
        _gateway = new Database(Birth("gateway's store", TimeSpan.Zero), JudgeGateway);
        _broker = new Database(Birth("broker's store", TimeSpan.Zero), JudgeBroker);
        _jobLaws = new JobLaws(Ledger, _gateway, _weather.StoreLag);
        _logLaws = new LogLaws(Ledger);
        _farmLaws = new FarmLaws(Ledger);
        _disturbance = new Disturbance(_scheduler, _chance, _weather, _around.Network, this);
        Ledger.Begun = _disturbance.Begun;
    }

    public Ledger Ledger { get; }

    public Trace Trace { get; }

    public Scheduler Scheduler => _scheduler;

    /// <summary>What became of it; null when all laws held.</summary>
    public Violation? Run()
    {
        Prepare();
        var weatherEnds = _chance.Seconds(60, 180);
        foreach (string name in Roles())
        {
            Start(name);
        }

        _disturbance.Plan(weatherEnds);
        foreach (string owner in s_owners)
        {
            var client = new Client(_around, _outside, _chance, owner);
            var requests = new Requests(_chance, Ledger, owner);
            for (int jobs = _chance.Between(2, 8); jobs > 0; jobs--)
            {
                client.Start(_chance.Seconds(1, weatherEnds.TotalSeconds), requests.Next);
            }
        }

        Go(until: weatherEnds, isDone: () => false);
        Clear();
        var end = new Ending(this, _jobLaws, _gateway, _broker, _artifact!, s_owners);
        bool came = Go(until: weatherEnds + Ending.Patience, end.HasCome);
        Ledger.Require(came || Ledger.Violation is not null, "I5: once faults stop, everything comes to its end", end.WhatIsLeft);
        if (Ledger.Violation is null)
        {
            end.Judge();
        }

        return Ledger.Violation;
    }

    public void Dispose()
    {
        foreach (var process in _processes.Values)
        {
            process.Die();
        }

        Directory.Delete(_around.Folder, recursive: true);
    }

    public IReadOnlyList<string> Roles() => ["gateway1", "gateway2", "broker1", "broker2", "node1", "node2", "host1", "host2"];

    public Process Find(string name) => _processes[name];

    /// <summary>Begins a new life of a process.</summary>
    public void Start(string name)
    {
        bool far = name[0] is 'n' or 'h';
        var most = far ? _weather.FarSkew : _weather.Skew;
        var process = Birth(name, _chance.Seconds(-most.TotalSeconds, most.TotalSeconds));
        Trace.Add(process, "starts");
        switch (name[..^1])
        {
            case "gateway": GatewayProcess.Start(_around, process, new FaultyStore(_gateway, process, _chance, _weather)); break;
            case "broker": BrokerProcess.Start(_around, process, new FaultyStore(_broker, process, _chance, _weather)); break;
            case "node": NodeProcess.Start(_around, process, _plans); break;
            default: HostProcess.Start(_around, process, _plans); break;
        }
    }

    private void Prepare()
    {
        Directory.CreateDirectory(Path.Combine(_around.Folder, "step"));
        File.WriteAllText(Path.Combine(_around.Folder, "step", "step"), "");
        _artifact = ArtifactProcess.Start(_around, Birth("artifact", TimeSpan.Zero));
        var store = new GatewayStore(new PlainStore(_gateway, _outside));
        store.OpenAsync(CancellationToken.None).GetAwaiter().GetResult();
        foreach (string owner in s_owners)
        {
            new Requests(_chance, Ledger, owner).SeedAsync(store, _artifact).GetAwaiter().GetResult();
        }
    }

    private void Clear()
    {
        _weather.Clear();
        _plans.IsCalm = true;
        Ledger.IsCalm = true;
        _around.Network.Heal();
        _disturbance.Clear();
        Trace.Add(_outside, "the weather clears");
        foreach (string name in Roles().Where(name => !_processes[name].IsAlive))
        {
            Start(name);
        }
    }

    private bool Go(TimeSpan until, Func<bool> isDone)
    {
        const long MostSteps = 5_000_000;
        long look = 0;
        while (Ledger.Violation is null && _scheduler.Now < until.Ticks)
        {
            if (_scheduler.Now >= look)
            {
                look = _scheduler.Now + TimeSpan.TicksPerSecond;
                Ledger.CheckFences();
                if (isDone())
                {
                    return true;
                }
            }

            _scheduler.TakeStep();
            Ledger.Require(_scheduler.Stray is null, "L11: nothing goes on outside the scheduler", () => _scheduler.Stray!);
            Ledger.Require(_scheduler.Steps < MostSteps, "nothing turns in a circle", () => $"{MostSteps} steps");
        }

        return false;
    }

    private Process Birth(string name, TimeSpan skew) => _processes[name] = new Process(name, _scheduler, _chance, skew);

    private void JudgeGateway(Commit commit)
    {
        Trace.Commit(commit);
        switch (commit.Collection)
        {
            case "jobs": _jobLaws.Check(commit); break;
            case "events": _logLaws.Check(commit); break;
            default: break;
        }

        _disturbance.After(commit);
    }

    private void JudgeBroker(Commit commit)
    {
        Trace.Commit(commit);
        switch (commit.Collection)
        {
            case "devices": _farmLaws.CheckDevice(commit); break;
            case "runs": _farmLaws.CheckRun(commit); break;
            default: break;
        }

        _disturbance.After(commit);
    }
}
