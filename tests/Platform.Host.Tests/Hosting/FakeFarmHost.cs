using Grpc.Net.Client;
using Platform.Contracts.Broker.V1;
using Platform.ServiceDefaults;
using TestKit.Hub;

namespace Platform.Host.Tests.Hosting;

/// <summary>A farm host that says what devices it has, takes what it is given, and does nothing with it.</summary>
internal sealed class FakeFarmHost(HubProcess hub, string name, params AttachedDevice[] devices) : IDisposable
{
    private readonly GrpcChannel _channel = Connect("unix:" + Path.Combine(hub.Data, "run", "hub.sock"));
    private readonly List<HeldRun> _held = [];

    /// <summary>Devices that were given runs.</summary>
    public IEnumerable<string> Given => _held.Select(run => run.DeviceId);

    public void Dispose() => _channel.Dispose();

    /// <summary>One call, as a host makes it every few seconds.</summary>
    /// <returns>How many runs it holds.</returns>
    public async Task<int> SynchronizeAsync()
    {
        var answer = await new FarmHosts.FarmHostsClient(_channel).SynchronizeAsync(new SynchronizeRequest
        {
            HostId = name,
            BootId = "first",
            Name = name,
            Sandbox = "none",
            Devices = { devices },
            Running = { _held },
        });
        _held.AddRange(answer.Start.Select(run => new HeldRun { RunId = run.RunId, DeviceId = run.DeviceId, DeviceEpoch = run.DeviceEpoch }));
        return _held.Count;
    }

    private static GrpcChannel Connect(string address) =>
        GrpcChannel.ForAddress(ServiceEndpoint.UriOf(address), new GrpcChannelOptions { HttpHandler = ServiceEndpoint.Handler(address), DisposeHttpClient = true });
}
