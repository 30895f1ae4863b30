using System.Diagnostics;
using Grpc.Core;
using Grpc.Net.Client;
using Platform.Contracts.Hub.V1;
using TestKit;
using TestKit.Hub;
using static TestKit.Hub.HubCalls;

namespace PlatformBench;

/// <summary>A thousand programs that follow an organization's events while jobs are submitted: what each sees, how late, and what they cost.</summary>
internal static class EventSubscribers
{
    private const int Subscribers = 1000;
    private const int Jobs = 200;
    private const double GoalMilliseconds = 1000;

    public static async Task RunAsync(Report report)
    {
        using var runners = new TempFolder();
        await using var hub = await HubProcess.StartAsync(("Compiler:Runners", StepScript.Install(runners)));
        string sleepy = await hub.UploadModelAsync("sleepy.onnx", Models.Linear(1, 99));
        var blocking = await hub.SubmitAsync(Compile(sleepy, "onnx"), bypassCache: true);
        var spec = Profile(blocking.TargetModelId);
        double before = Memory(hub);
        await MeasureAsync(hub, spec, subscribers: 1);
        var one = await MeasureAsync(hub, spec, subscribers: 1);
        var many = await MeasureAsync(hub, spec, Subscribers);
        Report.Figure($"event to {Subscribers} subscribers, p99 of {Jobs} jobs", many.P99, "ms", $"at most {GoalMilliseconds} ms");
        Report.Peer("event to one subscriber, p99", one.P99, "ms");
        Report.Figure("memory of a subscriber", (Memory(hub) - before) / Subscribers / 1024, "KiB", "at most 256 KiB");
        report.Gate("every subscriber saw every job once, in order", many.IsWhole, $"{many.Seen} events");
        report.Gate($"p99 at most {GoalMilliseconds} ms", many.P99 <= GoalMilliseconds, $"{many.P99:0}");
    }

    private static async Task<(double P99, bool IsWhole, long Seen)> MeasureAsync(HubProcess hub, JobSpec spec, int subscribers)
    {
        using var handler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true };
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{hub.GrpcPort}", new GrpcChannelOptions { HttpHandler = handler });
        var client = new Platform.Contracts.Hub.V1.Hub.HubClient(channel);
        var headers = new Metadata { { "authorization", $"token {hub.Token}" } };
        double last = await LastAsync(hub);
        using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        var open = new CountdownEvent(subscribers);
        var seen = Enumerable.Range(0, subscribers).Select(_ => FollowAsync(client.WatchEvents(new WatchEventsRequest { AfterSeq = last, Types_ = { "job.created" } }, headers, cancellationToken: stop.Token), open, stop.Token)).ToList();
        open.Wait(stop.Token);
        for (int i = 0; i < Jobs; i++)
        {
            await hub.SubmitAsync(spec);
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, stop.Token);
        }

        var arrivals = await Task.WhenAll(seen);
        var order = arrivals[0].Select(event_ => event_.Id).ToList();
        bool isWhole = order.Count == Jobs && Array.TrueForAll(arrivals, one => one.Select(event_ => event_.Id).SequenceEqual(order));
        return (Report.Quantile([.. arrivals.SelectMany(one => one.Select(event_ => event_.Late))], 0.99), isWhole, arrivals.Sum(one => one.Count));
    }

    private static async Task<double> LastAsync(HubProcess hub)
    {
        double last = 0;
        using var log = hub.Client.WatchEvents(new WatchEventsRequest { Once = true });
        while (await log.ResponseStream.MoveNext(CancellationToken.None))
        {
            last = double.Parse(log.ResponseStream.Current.Sequence);
        }

        return last;
    }

    // Late by the clock of this machine, which made the event's time too.
    private static async Task<List<(string Id, double Late)>> FollowAsync(AsyncServerStreamingCall<CloudEvent> call, CountdownEvent open, CancellationToken stop)
    {
        using (call)
        {
            await call.ResponseHeadersAsync;
            open.Signal();
            var seen = new List<(string, double)>(Jobs);
            while (seen.Count < Jobs && await call.ResponseStream.MoveNext(stop))
            {
                var event_ = call.ResponseStream.Current;
                seen.Add((event_.Id, (TimeProvider.System.GetUtcNow() - event_.Time.ToDateTimeOffset()).TotalMilliseconds));
            }

            return seen;
        }
    }

    private static double Memory(HubProcess hub)
    {
        using var process = Process.GetProcessById(hub.ProcessId);
        return process.WorkingSet64;
    }
}
