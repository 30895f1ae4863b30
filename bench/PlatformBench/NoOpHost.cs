using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Platform.Contracts.Broker.V1;
using Platform.ServiceDefaults;

namespace PlatformBench;

/// <summary>A farm host whose devices end every run at once: what is left of a job is the platform.</summary>
internal sealed class NoOpHost(string broker, string serviceToken, string name, int deviceCount) : IDisposable
{
    public const string DeviceName = "no-op";

    private static readonly TimeSpan s_idle = TimeSpan.FromMilliseconds(5);

    private readonly GrpcChannel _channel = Connect(broker);

    /// <summary>Where hosts of the embedded hub call.</summary>
    public static string SocketOf(string data) => "unix:" + Path.Combine(data, "run", "hub.sock");

    /// <summary>Takes runs and ends them until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var hosts = new FarmHosts.FarmHostsClient(_channel.Intercept(headers =>
        {
            headers.Add(ServiceIdentityOptions.Header, serviceToken);
            return headers;
        }));
        using var idle = new PeriodicTimer(s_idle);
        while (!stop.IsCancellationRequested)
        {
            var answer = await hosts.SynchronizeAsync(Report(), cancellationToken: CancellationToken.None);
            await Task.WhenAll(answer.Start.Select(run => EndAsync(hosts, run)));
            if (answer.Start.Count == 0)
            {
                await idle.WaitForNextTickAsync(CancellationToken.None);
            }
        }
    }

    public void Dispose() => _channel.Dispose();

    private static GrpcChannel Connect(string address) =>
        GrpcChannel.ForAddress(ServiceEndpoint.UriOf(address), new GrpcChannelOptions { HttpHandler = ServiceEndpoint.Handler(address), DisposeHttpClient = true });

    private async Task EndAsync(FarmHosts.FarmHostsClient hosts, RunAssignment run)
    {
        try
        {
            await hosts.ReportRunAsync(new ReportRunRequest { HostId = name, RunId = run.RunId, DeviceId = run.DeviceId, DeviceEpoch = run.DeviceEpoch, Succeeded = new RunResult { ProfileJson = "{}" }, Clean = true });
        }
        catch (RpcException error) when (error.StatusCode == StatusCode.FailedPrecondition)
        {
            // Granted twice over a lost answer: the other one ends it.
            return;
        }
    }

    private SynchronizeRequest Report()
    {
        var request = new SynchronizeRequest { HostId = name, BootId = name, Name = name, Sandbox = "none" };
        request.Devices.AddRange(Enumerable.Range(0, deviceCount).Select(i => new AttachedDevice { DeviceId = $"{name}-{i}", Name = DeviceName, Os = "1", Attributes = { "os:linux", "framework:onnx" } }));
        return request;
    }
}
