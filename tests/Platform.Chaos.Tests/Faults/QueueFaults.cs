using System.Diagnostics;
using System.Globalization;
using System.Net;
using Platform.Contracts.Hub.V1;
using TestKit.Hub;

namespace Platform.Chaos.Tests.Faults;

/// <summary>Very long queues.</summary>
internal static class QueueFaults
{
    // What k8s/base gives one service; this hub is all of them. The queue grows as long as the flood lasts.
    private const long LargestMemory = 1L << 30;

    // How long a hundred thousand jobs take to queue up, and to end, is the machine's affair: what is judged is the restart and the order.
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(25);

    private static readonly int s_queued = Number("HUB_QUEUED", 100_000);
    private static readonly int s_flood = Number("HUB_FLOOD", 20_000);

    public static async Task KilledWithALongQueueAsync(ChaosRun run)
    {
        await using var hub = await HubProcess.StartAsync([.. Stages.Quick.Select(pair => (pair.Key, pair.Value))]);
        await run.UseAsync(hub);
        using var host = new TestHost(hub, "th", 50, TimeSpan.Zero) { IsDraining = true };
        await host.AppearAsync();
        Tenant[] tenants = [await Tenant.MakeAsync(hub, "one"), await Tenant.MakeAsync(hub, "two")];
        await Task.WhenAll(tenants.Select(tenant => tenant.FloodAsync(s_queued / 2)));
        run.CountAlso(s_queued);
        await host.AppearAsync();
        await ChaosRun.UntilAsync(async () => (await hub.Client.ListQueuesAsync(new ListQueuesRequest())).Queues.Where(queue => queue.Kind == "device_class").Sum(queue => queue.Waiting) >= s_queued, s_patience.TotalSeconds, "the runs do not queue up");
        await hub.KillAsync();
        run.Lifted();
        var start = await hub.StartAgainAsync();
        run.Say($"ready {start.TotalSeconds:0.0} s after the kill");
        Assert.True(start <= TimeSpan.FromSeconds(10), $"ready after {start.TotalSeconds:0.0} s");
        using var stop = new CancellationTokenSource();
        host.IsDraining = false;
        var running = host.RunAsync(stop.Token);
        await Task.WhenAll(tenants.Select(tenant => tenant.AllEndOnceAsync(s_patience)));
        await stop.CancelAsync();
        await running;

        // The first tenth, as it came: half to each, and each in its order, but for what was under way at once.
        var first = host.Given.DistinctBy(given => given.Job).Take(s_queued / 10).ToList();
        foreach (var tenant in tenants)
        {
            var own = first.Where(given => given.Organization == tenant.Id).Select(given => tenant.Jobs[given.Job]).ToList();
            run.Say($"of the first {first.Count}, {own.Count} were of one, the last of them its number {own.Max()}");
            Assert.InRange(own.Count, first.Count * 0.4, first.Count * 0.6);
            Assert.True(own.Max() <= own.Count + 300, $"number {own.Max()} was among the first {own.Count}");
        }

        await run.FinishAsync();
    }

    public static async Task FloodedAsync(ChaosRun run)
    {
        // Short against what is measured: until a device is free, everybody waits for what runs there, however the turns are taken.
        var hold = TimeSpan.FromMilliseconds(25);
        await using var hub = await HubProcess.StartAsync([("Limits:calls_per_second", "150"), ("Limits:call_burst", "300"), .. Stages.Quick.Select(pair => (pair.Key, pair.Value))]);
        await run.UseAsync(hub);
        using var host = new TestHost(hub, "th", 4, hold);
        await host.AppearAsync();
        var flooder = await Tenant.MakeAsync(hub, "flooder");
        var other = await Tenant.MakeAsync(hub, "other");
        using var stop = new CancellationTokenSource();
        var running = host.RunAsync(stop.Token);

        // Both have used devices alike before: to whom had less the scheduler rightly gives more, until it is even.
        var usual = await Task.WhenAll(WaitsAsync(host, other, 0, 100), WaitsAsync(host, flooder, 1_000_000, 100));
        double before = Percentile99(usual[0]);
        var memory = new List<long>();
        var flooding = flooder.FloodAsync(s_flood);
        run.CountAlso(s_flood);
        var waits = new List<double>();
        int number = 1000;
        bool refused = false;
        while (!flooding.IsCompleted)
        {
            waits.AddRange(await WaitsAsync(host, other, number, 100));
            number += 100;
            using var process = Process.GetProcessById(hub.ProcessId);
            memory.Add(process.WorkingSet64);
            refused = refused || await IsToldToWaitAsync(hub, flooder);
        }

        await flooding;
        run.Lifted();
        double during = Percentile99(waits);
        run.Say($"others waited {before * 1000:0} ms before and {during * 1000:0} ms during the flood (p99); {flooder.Refused} submissions were put off; {memory.Max() >> 20} MiB at most");
        await Task.WhenAll(flooder.AllEndOnceAsync(TimeSpan.FromMinutes(8)), other.AllEndOnceAsync(TimeSpan.FromMinutes(8)));
        run.CountAlso(other.Jobs.Count);
        await stop.CancelAsync();
        await running;
        Assert.True(flooder.Refused > 0 && refused, "the flooder was never told to wait");
        Assert.True(during <= 2 * before, $"others waited {during:0.00} s during the flood, {before:0.00} s before");
        Assert.True(memory.Max() <= LargestMemory, $"the hub took {memory.Max() >> 20} MiB");
        await run.FinishAsync();
    }

    private static double Percentile99(List<double> waits) => waits.Order().ElementAt((int)Math.Ceiling(waits.Count * 0.99) - 1);

    // One job after another, ten a second: how long it took until a device had each.
    private static async Task<List<double>> WaitsAsync(TestHost host, Tenant tenant, int from, int count)
    {
        var submitted = new Dictionary<string, long>();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        for (int i = 0; i < count; i++)
        {
            long now = Stopwatch.GetTimestamp();
            submitted[await tenant.SubmitAsync(from + i)] = now;
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }

        await ChaosRun.UntilAsync(() => Task.FromResult(submitted.Keys.All(id => host.GivenAt(id) is not null)), 60, "the other's jobs do not start");
        return [.. submitted.Select(job => Stopwatch.GetElapsedTime(job.Value, host.GivenAt(job.Key)!.Value).TotalSeconds)];
    }

    // Whoever waits as told leaves some calls unused: a browser beside the flood takes them, and is refused then.
    private static async Task<bool> IsToldToWaitAsync(HubProcess hub, Tenant tenant)
    {
        for (int i = 0; i < 500; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{hub.HttpPort}/v1/me");
            request.Headers.Add("Authorization", $"token {tenant.Token}");
            using var answer = await hub.Http.SendAsync(request);
            if (answer.StatusCode == HttpStatusCode.TooManyRequests)
            {
                return answer.Headers.RetryAfter is not null;
            }
        }

        return false;
    }

    private static int Number(string variable, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out int number) ? number : otherwise;
}
