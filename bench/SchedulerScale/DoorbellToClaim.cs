using System.Diagnostics;
using System.Threading.Channels;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Platform.Contracts.Broker.V1;
using Platform.Contracts.Hub.V1;
using Platform.Contracts.Messages;
using Platform.DeviceBroker;
using Platform.DeviceBroker.Devices;
using Platform.DeviceBroker.Runs;
using Platform.DeviceBroker.Scheduling;
using Platform.Messaging;
using Platform.ServiceDefaults;
using Platform.Store.Sqlite;
using PlatformBench;
using TestKit;
using BrokerClient = Platform.Contracts.Broker.V1.DeviceBroker.DeviceBrokerClient;

namespace SchedulerScale;

/// <summary>
/// From the call that enqueues a run to the answer that gives it to a farm host, through the real broker: gRPC over its socket, documents
/// in SQLite, the doorbell on the bus; while so many other runs wait and so many other devices are at work.
/// </summary>
internal static class DoorbellToClaim
{
    private const int Rings = 600;
    private const int WarmUp = 300;
    private const string Host = "bell-host";

    public static async Task RunAsync(Report report, int runs, int devices)
    {
        // The first broker of a process compiles its code while it works.
        await MeasureAsync(1000, 100, print: false);
        double tenth = await MeasureAsync(runs / 10, devices / 10, print: true);
        double full = await MeasureAsync(runs, devices, print: true);
        report.Gate("doorbell to claim p99 at full scale at most twice that at a tenth", full <= 2 * tenth, $"{full / tenth:0.00}");
    }

    private static async Task<double> MeasureAsync(int runs, int devices, bool print)
    {
        using var folder = new TempFolder();
        await FillAsync(folder.Path, runs, devices);
        var bells = Channel.CreateUnbounded<bool>();
        string socket = folder.File("broker.sock");
        await using var app = Build(folder.Path, socket, bells.Writer);
        long began = Stopwatch.GetTimestamp();
        await app.StartAsync();
        var queue = app.Services.GetRequiredService<RunQueue>();
        while (!queue.IsReady)
        {
            await bells.Reader.ReadAsync();
        }

        double ready = Stopwatch.GetElapsedTime(began).TotalSeconds;
        using var channel = Connect("unix:" + socket);
        var times = new List<double>();
        for (int i = -WarmUp; i < Rings; i++)
        {
            double milliseconds = await RingAsync(channel, bells.Reader, i + WarmUp);
            if (i >= 0)
            {
                times.Add(milliseconds);
            }
        }

        await app.StopAsync();
        double p99 = Report.Quantile(times, 0.99);
        if (print)
        {
            Print(runs, devices, p99, Report.Quantile(times, 0.5), ready);
        }

        return p99;
    }

    private static void Print(int runs, int devices, double p99, double p50, double ready)
    {
        string scale = $"{runs:n0} waiting runs, {devices:n0} devices";
        Report.Figure($"doorbell to claim p99, {scale}", p99, "ms", "below 20 ms");
        Report.Peer($"doorbell to claim p50, {scale}", p50, "ms");
        Report.Peer($"start until the queue is read, {scale}", ready, "s");
    }

    private static async Task<double> RingAsync(GrpcChannel channel, ChannelReader<bool> bells, int number)
    {
        var broker = new BrokerClient(channel);
        var hosts = new FarmHosts.FarmHostsClient(channel);
        var spec = new RunSpec { Device = new DeviceSelector { Name = "bell" } };
        while (bells.TryRead(out _))
        {
            // Earlier bells.
        }

        long began = Stopwatch.GetTimestamp();
        var enqueued = broker.EnqueueRunAsync(new EnqueueRunRequest { Run = new Run { RunId = $"bell-{number}", OrganizationId = $"o{number % 20}", JobId = $"j{number}", JobEpoch = 1, Spec = spec } });
        await bells.ReadAsync();
        var given = (await hosts.SynchronizeAsync(Turn(number))).Start.Single();
        double milliseconds = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        await enqueued;
        await hosts.ReportRunAsync(new ReportRunRequest { HostId = Host, RunId = given.RunId, DeviceId = "bell", DeviceEpoch = given.DeviceEpoch, Succeeded = new RunResult() });
        await hosts.ReportCleanAsync(new ReportCleanRequest { HostId = Host, DeviceId = "bell", DeviceEpoch = given.DeviceEpoch });
        return milliseconds;
    }

    private static SynchronizeRequest Turn(int number) => new()
    {
        HostId = Host,
        BootId = "b",
        Name = Host,
        Devices = { new AttachedDevice { DeviceId = "bell", Name = "bell", Os = "1", DeviceEpoch = (uint)number } },
    };

    private static async Task FillAsync(string folder, int runs, int devices)
    {
        await using var sqlite = new SqliteStore(new SqliteStoreOptions(Path.Combine(folder, "broker.db")));
        var store = new BrokerStore(sqlite);
        await store.OpenAsync(CancellationToken.None);
        var farm = new BigFarm(11);
        var busy = farm.Devices(devices).Select(device => device with { State = Platform.DeviceBroker.Devices.DeviceState.Running, RunId = "other", RunOwner = "other", SeenAt = DateTimeOffset.MaxValue });
        foreach (var some in busy.Chunk(500))
        {
            await store.Devices.For(StoredDevice.PublicOwner).InsertManyAsync(some, CancellationToken.None);
        }

        var waiting = Enumerable.Range(0, runs).Select(i => farm.NextRun(BigFarm.Start.AddMilliseconds(i)));
        foreach (var some in waiting.Chunk(5000))
        {
            await Task.WhenAll(some.GroupBy(order => order.Owner).Select(group => store.Runs.For(group.Key).InsertManyAsync(group.Select(Stored), CancellationToken.None)));
        }
    }

    private static StoredRun Stored(RunOrder order) => new()
    {
        Id = order.Id,
        Owner = order.Owner,
        JobId = order.Id[..9],
        JobEpoch = 1,
        Spec = BrokerJson.Format(new RunSpec { Device = order.Device, ModelBlobId = "b", ModelSha256 = $"{order.Model:x16}".PadRight(64, '0'), ModelFilename = "model.tflite" }),
        QueuedAt = order.QueuedAt,
        Priority = order.Priority,
    };

    private static WebApplication Build(string folder, string socket, ChannelWriter<bool> bells)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = folder });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Store:Kind"] = "sqlite",
            ["Store:Folder"] = folder,
            ["Bus:Kind"] = "memory",
            ["Listen:Http"] = $"{FreePort.Find()}",
            ["Listen:Grpc"] = $"{FreePort.Find()}",
            ["Listen:Socket"] = socket,
            ["Services:Gateway"] = "unix:" + socket,
            ["Services:Artifact"] = "http://127.0.0.1:1",
            ["Services:Broker"] = "unix:" + socket,
        });
        builder.AddServiceDefaults("device-broker");
        builder.Logging.ClearProviders();
        builder.AddDeviceBroker();
        builder.Services.AddDoorbellListener<RunWorkAvailable>(_ => _ => bells.TryWrite(true));
        var app = builder.Build();
        app.MapDeviceBroker();
        app.MapGrpcService<Gateway>();
        return app;
    }

    /// <summary>Hears how runs go, as the gateway does.</summary>
    private sealed class Gateway : RunReports.RunReportsBase
    {
        public override Task<ReportResponse> Report(Run request, ServerCallContext context) => Task.FromResult(new ReportResponse());
    }

    private static GrpcChannel Connect(string address) =>
        GrpcChannel.ForAddress(ServiceEndpoint.UriOf(address), new GrpcChannelOptions { HttpHandler = ServiceEndpoint.Handler(address), DisposeHttpClient = true });
}
