using System.Collections.Concurrent;
using System.Diagnostics;
using Grpc.Core;
using Grpc.Net.Client;
using Platform.Contracts.Broker.V1;
using Platform.ServiceDefaults;
using TestKit.Hub;

namespace Platform.Chaos.Tests;

/// <summary>
/// A farm host over the hosts' protocol whose devices hold a run for a while and end it: for queues so long that real runner processes
/// would need hours. It writes down what it is given, in order.
/// </summary>
internal sealed class TestHost(HubProcess hub, string name, int devices, TimeSpan hold) : IDisposable
{
    public const string DeviceName = "held";

    private static readonly TimeSpan s_idle = TimeSpan.FromMilliseconds(20);

    private readonly ConcurrentQueue<(string Job, string Organization, long At)> _given = new();
    private readonly ConcurrentDictionary<string, long> _firstGiven = new();
    private readonly ConcurrentDictionary<string, RunAssignment> _held = new();
    private readonly SemaphoreSlim _freed = new(0);
    private GrpcChannel? _channel;

    /// <summary>Whether it takes no runs.</summary>
    public bool IsDraining { get; set; }

    /// <summary>Jobs in the order in which they came.</summary>
    public IReadOnlyCollection<(string Job, string Organization, long At)> Given => _given;

    /// <summary>When a job came, on the clock of <see cref="Stopwatch"/>; null as long as it did not.</summary>
    public long? GivenAt(string job) => _firstGiven.TryGetValue(job, out long at) ? at : null;

    public void Dispose()
    {
        _channel?.Dispose();
        _freed.Dispose();
    }

    /// <summary>Tells the hub of its devices once.</summary>
    public async Task AppearAsync() => await Hosts().SynchronizeAsync(Report());

    /// <summary>Takes runs and ends them until it is cancelled; a hub that is away is called again.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var running = new List<Task>();
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var answer = await Hosts().SynchronizeAsync(Report(), cancellationToken: CancellationToken.None);
                running.AddRange(answer.Start.Select(EndAsync));
                running.AddRange(answer.Clean.Select(CleanAsync));
            }
            catch (RpcException)
            {
                // It is being killed, or has not started yet.
                _channel?.Dispose();
                _channel = null;
            }

            running.RemoveAll(task => task.IsCompleted);
            await _freed.WaitAsync(s_idle, CancellationToken.None);
        }

        await Task.WhenAll(running);
    }

    private FarmHosts.FarmHostsClient Hosts()
    {
        string address = "unix:" + Path.Combine(hub.Data, "run", "hub.sock");
        _channel ??= GrpcChannel.ForAddress(ServiceEndpoint.UriOf(address), new GrpcChannelOptions { HttpHandler = ServiceEndpoint.Handler(address), DisposeHttpClient = true });
        return new FarmHosts.FarmHostsClient(_channel);
    }

    private async Task EndAsync(RunAssignment run)
    {
        if (!_held.TryAdd(run.RunId, run))
        {
            return;
        }

        (string job, long at) = (run.RunId.Split('-')[0], Stopwatch.GetTimestamp());
        _given.Enqueue((job, run.OrganizationId, at));
        _firstGiven.TryAdd(job, at);
        if (hold > TimeSpan.Zero)
        {
            using var timer = new PeriodicTimer(hold * Length(run.RunId));
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }

        try
        {
            await Hosts().ReportRunAsync(new ReportRunRequest { HostId = name, RunId = run.RunId, DeviceId = run.DeviceId, DeviceEpoch = run.DeviceEpoch, Succeeded = new RunResult { ProfileJson = "{}" } });
            await Hosts().ReportCleanAsync(new ReportCleanRequest { HostId = name, DeviceId = run.DeviceId, DeviceEpoch = run.DeviceEpoch });
        }
        catch (RpcException)
        {
            // The hub settles what it did not hear of.
            return;
        }
        finally
        {
            _held.TryRemove(run.RunId, out _);
            Freed();
        }
    }

    // As real hosts do, it calls when a device is free. Runs that end at once end together: then the next call is soon enough.
    private void Freed()
    {
        if (hold > TimeSpan.Zero)
        {
            _freed.Release();
        }
    }

    // From half to one and a half: runs of one length, begun together, would end together for ever, and all devices be free or busy at once.
    private static double Length(string runId) => 0.5 + (runId.Aggregate(0u, (hash, letter) => (hash * 31) + letter) % 1000 / 1000.0);

    private async Task CleanAsync(RunKey run)
    {
        try
        {
            await Hosts().ReportCleanAsync(new ReportCleanRequest { HostId = name, DeviceId = run.DeviceId, DeviceEpoch = run.DeviceEpoch });
        }
        catch (RpcException)
        {
            // It asks again.
            return;
        }
    }

    private SynchronizeRequest Report()
    {
        var request = new SynchronizeRequest { HostId = name, BootId = name, Name = name, Sandbox = "none", Draining = IsDraining };
        request.Running.AddRange(_held.Values.Select(run => new HeldRun { RunId = run.RunId, DeviceId = run.DeviceId, DeviceEpoch = run.DeviceEpoch }));
        request.Devices.AddRange(Enumerable.Range(0, devices).Select(i => new AttachedDevice { DeviceId = $"{name}-{i}", Name = DeviceName, Os = "1", Attributes = { "os:linux", "framework:onnx" } }));
        return request;
    }
}
