using System.Diagnostics;
using Hangfire;
using Hangfire.PostgreSql;
using Platform.Contracts.Hub.V1;
using TestKit;
using TestKit.Hub;
using TestKit.Servers;
using static TestKit.Hub.HubCalls;

namespace PlatformBench;

/// <summary>Jobs that do nothing through the separate services, one process each, against one Hangfire server on PostgreSQL with as many workers, one after the other in the same run.</summary>
internal static class HangfireRatio
{
    private const int Workers = 20;
    private const int Callers = 32;
    private const double Gate = 2;

    private static readonly int s_jobs = int.Parse(Environment.GetEnvironmentVariable("HUB_JOBS") ?? "5000");
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);
    private static int s_done;

    public static async Task RunAsync(Report report)
    {
        if (PostgresServer.Programs is null)
        {
            Console.WriteLine("     skipped: needs Debian's postgresql");
            return;
        }

        bool isReal;
        await using (var mongo = await MongoServer.StartAsync())
        {
            isReal = mongo.IsReal;
        }

        Console.WriteLine(isReal
            ? "     MongoDB writes with j: true, PostgreSQL with synchronous_commit=on"
            : "     the MongoDB test server keeps its data in memory, so PostgreSQL runs with synchronous_commit=off, its data in memory too");
        double theirs = await HangfireAsync(isReal), ours = await OursAsync(replicas: 1), doubled = await OursAsync(replicas: 2);
        Report.Peer($"Hangfire.PostgreSql, {Workers} workers", theirs, "jobs/s");
        Report.Peer("the store's writes of such jobs alone, one process, no services", await StoreAlone.RateAsync(s_jobs), "jobs/s");
        Report.Peer("two of each service on the same cores", doubled, "jobs/s");
        Report.Figure($"separate services, one of each, {Workers} devices", ours, "jobs/s", $"{Gate} times Hangfire");
        report.Gate($"ratio at least {Gate}", ours >= Gate * theirs, $"{ours / theirs:0.00}");
    }

    /// <summary>The job of Hangfire's workers.</summary>
    public static void DoNothing() => Interlocked.Increment(ref s_done);

    private static async Task<double> HangfireAsync(bool isReal)
    {
        using var folder = isReal ? new TempFolder() : TempFolder.InMemory();
        await using var postgres = await PostgresServer.StartAsync(folder, synchronousCommit: isReal);
        var storage = new PostgreSqlStorage(
            new Hangfire.PostgreSql.Factories.NpgsqlConnectionFactory(postgres.ConnectionString, new PostgreSqlStorageOptions()),
            new PostgreSqlStorageOptions { QueuePollInterval = s_look, UseNativeDatabaseTransactions = true });
        var client = new BackgroundJobClient(storage);
        using var server = new BackgroundJobServer(new BackgroundJobServerOptions { WorkerCount = Workers }, storage);
        await TimeAsync(() => client.Enqueue(() => DoNothing()), s_jobs);
        var times = new ProcessorTimes();
        double seconds = await TimeAsync(() => client.Enqueue(() => DoNothing()), s_jobs);
        times.Print(s_jobs);
        return s_jobs / seconds;
    }

    private static async Task<double> TimeAsync(Action enqueue, int jobs)
    {
        int before = Volatile.Read(ref s_done);
        long began = Stopwatch.GetTimestamp();
        await Parallel.ForAsync(0, jobs, new ParallelOptions { MaxDegreeOfParallelism = Callers }, (_, _) =>
        {
            enqueue();
            return ValueTask.CompletedTask;
        });
        await Until.TrueAsync(() => Task.FromResult(Volatile.Read(ref s_done) - before >= jobs), TimeSpan.FromMinutes(10), () => $"{s_done - before} of {jobs}");
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static async Task<double> OursAsync(int replicas)
    {
        await using var hub = await HubProcess.StartDistributedAsync(new FarmPlan { Replicas = replicas, Compilers = 1, Hosts = 1, Devices = 1 });
        string model = await hub.UploadModelAsync("nothing.onnx", Models.Linear(1, 41));
        using var stop = new CancellationTokenSource();
        var hosts = Enumerable.Range(0, 2).Select(i => new NoOpHost($"http://127.0.0.1:{hub.Farm!.PortsOf($"broker{i % replicas}").Grpc}", Farm.ServiceToken, $"no-op-{i}", Workers / 2)).ToList();
        var running = hosts.Select(host => host.RunAsync(stop.Token)).ToList();
        var spec = new JobSpec { Profile = new ProfileSpec { ModelId = model, Device = new DeviceSelector { Name = NoOpHost.DeviceName } } };
        await Until.TrueAsync(async () => (await hub.Client.ListDevicesAsync(new ListDevicesRequest { Name = NoOpHost.DeviceName })).Devices.Count > 0, TimeSpan.FromSeconds(30), () => hub.Log);
        var ended = new EndedJobs(hub);
        await ended.LookAsync(isCounted: false);
        await TimeAsync(hub, spec, ended, s_jobs);
        var times = new ProcessorTimes();
        double rate = s_jobs / await TimeAsync(hub, spec, ended, s_jobs);
        times.Print(s_jobs);
        await stop.CancelAsync();
        await Task.WhenAll(running);
        hosts.ForEach(host => host.Dispose());
        return rate;
    }

    private static async Task<double> TimeAsync(HubProcess hub, JobSpec spec, EndedJobs ended, int jobs)
    {
        int before = ended.Count;
        long began = Stopwatch.GetTimestamp();
        var client = hub.Client;
        await Parallel.ForAsync(0, jobs, new ParallelOptions { MaxDegreeOfParallelism = Callers }, async (_, _) => await client.SubmitJobAsync(new SubmitJobRequest { Spec = spec }, cancellationToken: CancellationToken.None));
        Console.WriteLine($"     {jobs} submitted in {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s");
        using var timer = new PeriodicTimer(s_look);
        while (ended.Count - before < jobs)
        {
            await timer.WaitForNextTickAsync(CancellationToken.None);
            await ended.LookAsync();
        }

        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }
}
