using Grpc.Core;
using Grpc.Net.Client;
using Platform.Contracts.Broker.V1;
using Platform.Host.Tests.Hosting;
using Platform.ServiceDefaults;

namespace PlatformBench;

/// <summary>A farm host whose devices end every run at once: what is left of a job is the platform.</summary>
internal sealed class NoOpHost(HubProcess hub, string name, int deviceCount) : IDisposable
{
    public const string DeviceName = "no-op";

    private static readonly TimeSpan s_idle = TimeSpan.FromMilliseconds(5);

    private readonly GrpcChannel _channel = Connect("unix:" + Path.Combine(hub.Data, "run", "hub.sock"));

    /// <summary>Takes runs and ends them until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var broker = new FarmHosts.FarmHostsClient(_channel);
        using var idle = new PeriodicTimer(s_idle);
        while (!stop.IsCancellationRequested)
        {
            var answer = await broker.SynchronizeAsync(Report(), cancellationToken: CancellationToken.None);
            await Task.WhenAll(answer.Start.Select(run => EndAsync(broker, run)));
            if (answer.Start.Count == 0)
            {
                await idle.WaitForNextTickAsync(CancellationToken.None);
            }
        }
    }

    public void Dispose() => _channel.Dispose();

    private static GrpcChannel Connect(string address) =>
        GrpcChannel.ForAddress(ServiceEndpoint.UriOf(address), new GrpcChannelOptions { HttpHandler = ServiceEndpoint.Handler(address), DisposeHttpClient = true });

    private async Task EndAsync(FarmHosts.FarmHostsClient broker, RunAssignment run)
    {
        try
        {
            await broker.ReportRunAsync(new ReportRunRequest { HostId = name, RunId = run.RunId, DeviceId = run.DeviceId, DeviceEpoch = run.DeviceEpoch, Succeeded = new RunResult { ProfileJson = "{}" } });
        }
        catch (RpcException error) when (error.StatusCode == StatusCode.FailedPrecondition)
        {
            // Granted twice over a lost answer: the other one ends it.
            return;
        }

        await broker.ReportCleanAsync(new ReportCleanRequest { HostId = name, DeviceId = run.DeviceId, DeviceEpoch = run.DeviceEpoch });
    }

    private SynchronizeRequest Report()
    {
        var request = new SynchronizeRequest { HostId = name, BootId = name, Name = name, Sandbox = "none" };
        request.Devices.AddRange(Enumerable.Range(0, deviceCount).Select(i => new AttachedDevice { DeviceId = $"{name}-{i}", Name = DeviceName, Os = "1", Attributes = { "os:linux", "framework:onnx" } }));
        return request;
    }
}
