using System.Diagnostics;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Platform.Contracts.Hub.V1;
using TestKit.Hub;
using HubClient = Platform.Contracts.Hub.V1.Hub.HubClient;

namespace Platform.Chaos.Tests;

/// <summary>One scenario at work: what it submits is written down, what it breaks is mended, and what comes after is timed.</summary>
internal sealed class ChaosRun(HubProcess? hub, FarmAssets? assets, ITestOutputHelper output)
{
    /// <summary>From the lifting of the fault until a new job has ended: 45 s in the chaos suite; the plain suite, which runs on machines of any speed, only asks that it ends.</summary>
    public static readonly double LongestRecovery = Environment.GetEnvironmentVariable("HUB_CHAOS") is null or "" ? 180 : 45;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(180);
    private static int s_runs;

    private readonly int _number = Interlocked.Increment(ref s_runs);
    private int _submitted;
    private int _more;
    private bool _finished;
    private HubProcess? _hub = hub;
    private Ledger? _ledger = hub is null ? null : new Ledger(hub, assets);
    private Task<double>? _probe;

    public HubProcess Hub => _hub!;

    public Farm Farm => _hub!.Farm!;

    /// <summary>Tells this run from others of the same farm.</summary>
    public int Number => _number;

    public FarmAssets Assets => assets!;

    public int Jobs => (_ledger?.Count ?? 0) + _more;

    public double RecoverySeconds { get; private set; }

    public void Say(string line) => output.WriteLine(line);

    public Task BeginAsync() => _ledger!.BeginAsync();

    /// <summary>A hub of the scenario's own; the caller judges before it ends it.</summary>
    public async Task UseAsync(HubProcess own)
    {
        _hub = own;
        _ledger = new Ledger(own, assets: null);
        Probe = HubCalls.Compile(await own.UploadModelAsync("quick.onnx", Models.Linear(1, 50)), "onnx");
        var undisturbed = await own.SucceedAsync(Probe, bypassCache: true);
        _ledger.Product = (await own.Client.DownloadModelAsync(new DownloadModelRequest { ModelId = undisturbed.TargetModelId })).Sha256;
        await BeginAsync();
    }

    /// <summary>Jobs that are judged elsewhere, in the scenario itself.</summary>
    public void CountAlso(int jobs) => _more += jobs;

    /// <summary>A gateway of the farm, as the local user.</summary>
    public HubClient Gateway(int number)
    {
        var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{Farm.PortsOf($"gateway{number}").Grpc}");
        return new HubClient(channel.Intercept(headers =>
        {
            headers.Add("authorization", $"token {Hub.Token}");
            return headers;
        }));
    }

    /// <summary>Submits as a careful client does: under a key, again until there is an answer, at one gateway and then the other.</summary>
    public async Task<string> SubmitAsync(JobSpec spec, Ending? ending = null)
    {
        string key = $"chaos-{_number}-{Interlocked.Increment(ref _submitted)}";
        var job = await PersistAsync(client => client.SubmitJobAsync(new SubmitJobRequest { Spec = spec, IdempotencyKey = key, BypassCache = true, Name = key }));
        _ledger!.Add(key, spec, job, ending ?? Ending.Success);
        return job.JobId;
    }

    /// <summary>Takes a job into the ledger that the scenario submitted in its own way.</summary>
    public void Keep(SubmitJobRequest request, Job job, Ending? ending = null) => _ledger!.Add(request.IdempotencyKey, request.Spec, job, ending ?? Ending.Success);

    /// <summary>Some at once.</summary>
    public Task<string[]> SubmitAsync(int count, Func<JobSpec> spec, Ending? ending = null) => Task.WhenAll(Enumerable.Range(0, count).Select(_ => SubmitAsync(spec(), ending)));

    /// <summary>A call that is made until it is answered.</summary>
    public async Task<T> PersistAsync<T>(Func<HubClient, AsyncUnaryCall<T>> call)
    {
        T? answer = default;
        int turn = 0;
        string last = "";
        await Until.TrueAsync(
            async () =>
            {
                try
                {
                    answer = await call(Hub.Farm is null || turn++ % 2 == 0 ? Hub.Client : Gateway(1));
                    return true;
                }
                catch (RpcException error) when (error.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Internal or StatusCode.Cancelled or StatusCode.Unknown)
                {
                    last = error.Status.ToString();
                    return false;
                }
            },
            s_patience,
            () => $"no answer: {last}");
        return answer!;
    }

    public async Task<Job> JobAsync(string id) => await PersistAsync(client => client.GetJobAsync(new GetJobRequest { JobId = id }));

    public async Task<IReadOnlyList<Attempt>> AttemptsAsync(string id) => (await PersistAsync(client => client.ListAttemptsAsync(new ListAttemptsRequest { JobId = id }))).Attempts;

    public async Task<Job> PhaseAsync(string id, params JobPhase[] phases)
    {
        Job job = new();
        await Until.TrueAsync(async () => Array.IndexOf(phases, (job = await JobAsync(id)).Phase) >= 0, s_patience, () => $"{id} is {job.Phase} {job.Failure?.Message} {job.WaitMessage}, not {string.Join(" or ", phases)}");
        return job;
    }

    public Task<Job> EndAsync(string id) => PhaseAsync(id, JobPhase.Ended);

    public static async Task UntilAsync(Func<Task<bool>> condition, double seconds, Func<string> otherwise) => await Until.TrueAsync(condition, TimeSpan.FromSeconds(seconds), otherwise);

    public static async Task UntilAsync(Func<Task<bool>> condition, double seconds, string otherwise) => await Until.TrueAsync(condition, TimeSpan.FromSeconds(seconds), () => otherwise);

    public static async Task PauseAsync(double seconds)
    {
        // The scenario lets a fault last; nothing is waited for.
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(seconds));
        await timer.WaitForNextTickAsync();
    }

    /// <summary>The fault is lifted, or was a kill: from now on a new job must end in time.</summary>
    public void Lifted() => _probe ??= ProbeAsync(Stopwatch.GetTimestamp());

    /// <summary>Waits for what <see cref="Lifted"/> began and for every job, and judges all.</summary>
    public async Task FinishAsync()
    {
        if (_ledger is null || _finished)
        {
            return;
        }

        _finished = true;
        Assert.True(_probe is not null, "the scenario never lifted its fault");
        RecoverySeconds = await _probe;

        // A client's connection to what was killed comes back by itself.
        await UntilAsync(() => AnswersAsync(Hub.Client), 30, "the hub does not answer");
        await _ledger.JudgeAsync();
        Assert.True(RecoverySeconds <= LongestRecovery, $"a new job ended {RecoverySeconds:0.0} s after the fault, later than {LongestRecovery} s");
        if (Hub.Farm is not null)
        {
            await AllIsWellAsync();
        }
    }

    private static async Task<bool> AnswersAsync(HubClient client)
    {
        try
        {
            await client.GetMeAsync(new GetMeRequest());
            return true;
        }
        catch (RpcException error) when (error.StatusCode == StatusCode.Unavailable)
        {
            return false;
        }
    }

    private async Task<double> ProbeAsync(long from)
    {
        var specs = assets is null ? [Probe!] : new[] { assets.Convert("quick"), assets.Infer("quick") };
        var ids = await Task.WhenAll(specs.Select(spec => SubmitAsync(spec)));
        await Task.WhenAll(ids.Select(EndAsync));
        return Stopwatch.GetElapsedTime(from).TotalSeconds;
    }

    /// <summary>What a hub of the scenario's own is tried out with.</summary>
    public JobSpec? Probe { get; set; }

    // The next scenario must find the farm as this one did.
    private async Task AllIsWellAsync()
    {
        foreach (var link in Farm.Links)
        {
            link.Mend();
        }

        Assert.All(Farm.Processes, process => Assert.True(process.IsRunning, $"{process.Name} has ended:\n{process.Log}"));
        var devices = new List<FarmDevice>();
        await UntilAsync(
            async () =>
            {
                devices = [.. (await Hub.Client.ListFarmDevicesAsync(new ListFarmDevicesRequest())).Devices.Where(device => device.Device.Name == "simulated")];
                return devices.All(device => device.Device.State == DeviceState.Idle && device.Device.Health is DeviceHealth.Good or DeviceHealth.Unknown or DeviceHealth.Suspect)
                    && (await Hub.Client.ListNodesAsync(new ListNodesRequest())).Nodes.Count(node => node.Connected) == 6;
            },
            90,
            $"some devices or nodes did not come back: {string.Join(", ", devices.Where(device => device.Device.State != DeviceState.Idle).Select(device => $"{device.HostId} {device.Device.State} {device.Device.Health} {device.RunId}"))}");
    }
}
