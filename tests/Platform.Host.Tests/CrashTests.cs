using System.Diagnostics;
using System.Globalization;
using Platform.Contracts.Hub.V1;
using TestKit.Hub;
using static TestKit.Hub.HubCalls;

namespace Platform.Host.Tests;

/// <summary>
/// kill -9 of the host while it compiles, measures, infers and receives. Judged from outside: by what was submitted, what came
/// of it, and the list of processes.
/// </summary>
public sealed class CrashTests
{
    // Five seconds are the chaos suite's limit (test.sh --chaos); the plain suite, which runs on machines of any speed, only asks that the hub comes back.
    private static readonly TimeSpan s_longestStart = TimeSpan.FromSeconds(Environment.GetEnvironmentVariable("HUB_KILLS") is null ? 60 : 5);
    private static readonly int s_kills = Number("HUB_KILLS", 10);
    private static readonly int s_uploadBytes = Number("HUB_UPLOAD_MB", 100) << 20;
    private static readonly int s_seed = Number("HUB_SEED", Environment.TickCount & 0xffff);

    private readonly Random _random = new(s_seed);
    private readonly Dictionary<string, int> _hits = new() { ["compile"] = 0, ["profile"] = 0, ["inference"] = 0, ["upload"] = 0 };
    private readonly List<string> _jobs = [];

    [Fact]
    public async Task Kill9_AtRandomMoments_EveryJobReachesItsEndOnce()
    {
        var output = TestContext.Current.TestOutputHelper!;
        output.WriteLine($"seed {s_seed}: HUB_SEED={s_seed} repeats it");
        await using var hub = await HubProcess.StartAsync();
        var assets = await Assets.UploadAsync(hub);
        var compiled = await hub.SucceedAsync(Compile(assets.Script, "tflite", Image));
        byte[] bytes = new byte[s_uploadBytes];
        _random.NextBytes(bytes);
        for (int kill = 0; kill < s_kills; kill++)
        {
            // The kind that was hit least; which of several is left to chance, so that one that is hard to hit does not take every round.
            string target = _hits.Where(pair => pair.Value == _hits.Values.Min()).Select(pair => pair.Key).OrderBy(_ => _random.Next()).First();
            await RoundAsync(hub, assets, compiled.TargetModelId, bytes, kill, target, output);
        }

        output.WriteLine($"kills during: {string.Join(", ", _hits.Select(pair => $"{pair.Key} {pair.Value}"))}");
        Assert.All(_hits, pair => Assert.True(pair.Value >= Math.Max(1, s_kills / 10), $"only {pair.Value} kills during {pair.Key}"));
        Assert.All(_jobs.GroupBy(job => job), group => Assert.Single(group));
        await NothingIsLeftAsync(hub);
    }

    private async Task RoundAsync(HubProcess hub, Assets assets, string model, byte[] bytes, int round, string target, ITestOutputHelper output)
    {
        var submitted = new Dictionary<string, string>
        {
            ["compile"] = await SubmitAsync(hub, Compile(assets.Script, "tflite", Image), $"compile {round}"),
            ["profile"] = await SubmitAsync(hub, Profile(assets.Heavy, "--max_profiler_iterations 20000 --max_profiler_time 2"), $"profile {round}"),
            ["inference"] = await SubmitAsync(hub, Infer(model, assets.Images), $"inference {round}"),
        };
        _jobs.AddRange(submitted.Values);
        var created = await hub.Client.CreateModelAsync(new CreateModelRequest { Name = "large", Filename = "large.bin", SizeBytes = bytes.Length });
        using var stop = new CancellationTokenSource();
        var sending = SendAsync(hub, created.Upload, bytes, stop.Token);
        await WaitForAsync(hub, target, submitted, created.Upload);
        await PauseAsync(_random.Next(0, target == "inference" ? 50 : 200));
        var busy = await BusyAsync(hub, submitted, created.Upload, sending);
        await hub.KillAsync();
        await stop.CancelAsync();
        await sending;
        foreach (string kind in busy)
        {
            _hits[kind]++;
        }

        var start = await hub.StartAgainAsync();
        output.WriteLine($"kill {round + 1} during {string.Join(", ", busy)}; ready again after {start.TotalSeconds:0.00} s");
        Assert.True(start <= s_longestStart, $"the first answer came after {start.TotalSeconds:0.0} s");
        await FinishUploadAsync(hub, created, bytes);
        foreach (var (kind, id) in submitted)
        {
            await EndsOnceAsync(hub, kind, id);
        }

        // The key still names the same job: nothing that was accepted is forgotten.
        Assert.Equal(submitted["compile"], await SubmitAsync(hub, Compile(assets.Script, "tflite", Image), $"compile {round}"));
    }

    private static async Task<string> SubmitAsync(HubProcess hub, JobSpec spec, string key) => (await hub.SubmitAsync(spec, bypassCache: spec.Compile is not null, key: key)).JobId;

    private static async Task WaitForAsync(HubProcess hub, string target, Dictionary<string, string> submitted, Upload upload) => await Until.TrueAsync(
        async () => target == "upload"
            ? (await hub.Client.GetUploadAsync(new GetUploadRequest { UploadId = upload.UploadId })).PartsReceived.Count > 0
            : (await PhaseAsync(hub, submitted[target])) is JobPhase.Assigned or JobPhase.Running or JobPhase.Finalizing or JobPhase.Ended,
        TimeSpan.FromSeconds(120),
        () => $"{target} does not start:\n{hub.Log}");

    private static async Task<List<string>> BusyAsync(HubProcess hub, Dictionary<string, string> submitted, Upload upload, Task sending)
    {
        var busy = new List<string>();
        foreach (var (kind, id) in submitted)
        {
            if (await PhaseAsync(hub, id) is JobPhase.Assigned or JobPhase.Running)
            {
                busy.Add(kind);
            }
        }

        if (!sending.IsCompleted && (await hub.Client.GetUploadAsync(new GetUploadRequest { UploadId = upload.UploadId })).PartsReceived.Count > 0)
        {
            busy.Add("upload");
        }

        return busy;
    }

    private static async Task<JobPhase> PhaseAsync(HubProcess hub, string id) => (await hub.Client.GetJobAsync(new GetJobRequest { JobId = id })).Phase;

    // Slow enough to be cut: what tests send over loopback is there at once.
    private static async Task SendAsync(HubProcess hub, Upload upload, byte[] bytes, CancellationToken stop)
    {
        int parts = (int)((bytes.Length - 1) / upload.PartBytes) + 1;
        try
        {
            for (int part = 0; part < parts; part++)
            {
                using var answer = await hub.PutPartAsync(upload, part, bytes);
                await PauseAsync(2000 / parts, stop);
            }
        }
        catch (Exception cut) when (cut is HttpRequestException or OperationCanceledException or IOException)
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"the upload was cut: {cut.Message}");
        }
    }

    private static async Task FinishUploadAsync(HubProcess hub, CreatedModel created, byte[] bytes)
    {
        var upload = await hub.Client.GetUploadAsync(new GetUploadRequest { UploadId = created.Upload.UploadId });
        int parts = (int)((bytes.Length - 1) / upload.PartBytes) + 1;
        foreach (int part in Enumerable.Range(0, parts).Except(upload.PartsReceived))
        {
            using var answer = await hub.PutPartAsync(upload, part, bytes);
            Assert.True(answer.IsSuccessStatusCode, $"part {part}: {answer.StatusCode}");
        }

        // The hub checks the hash of what it has: a part that the crash tore would be found here.
        await hub.Client.CompleteModelAsync(new CompleteModelRequest { ModelId = created.Model.ModelId, Sha256 = Sha256(bytes) });
        var model = await hub.SettledModelAsync(created.Model.ModelId);
        Assert.Equal(Sha256(bytes), model.Sha256);
        await hub.Client.DeleteModelAsync(new DeleteModelRequest { ModelId = created.Model.ModelId });
    }

    private static async Task EndsOnceAsync(HubProcess hub, string kind, string id)
    {
        var job = await hub.EndAsync(id);
        Assert.True(job.State == JobState.Success, $"{kind} {id}: {job.State} {job.Failure?.Code} {job.Failure?.Message}\n{hub.Log}");
        var attempts = await hub.Client.ListAttemptsAsync(new ListAttemptsRequest { JobId = id });
        Assert.Single(attempts.Attempts, attempt => attempt.Outcome == "succeeded");
        switch (kind)
        {
            case "compile":
                var download = await hub.Client.DownloadModelAsync(new DownloadModelRequest { ModelId = job.TargetModelId });
                Assert.Equal(download.Sha256, Sha256(await hub.DownloadAsync(download)));
                break;
            case "inference":
                var outputs = await hub.Client.DownloadDatasetAsync(new DownloadDatasetRequest { DatasetId = job.OutputDatasetId });
                Assert.Equal(outputs.Sha256, Sha256(await hub.DownloadAsync(outputs)));
                break;
            default:
                Assert.NotNull((await hub.Client.GetJobResultAsync(new GetJobResultRequest { JobId = id })).Profile);
                break;
        }
    }

    private static async Task NothingIsLeftAsync(HubProcess hub)
    {
        string[] folders = [Path.Combine(hub.Data, "work"), Path.Combine(hub.Data, "runs", "runs")];
        await Until.TrueAsync(
            () => Task.FromResult(folders.All(folder => !Directory.EnumerateFileSystemEntries(folder).Any())),
            TimeSpan.FromSeconds(20),
            () => $"left: {string.Join(", ", folders.SelectMany(Directory.EnumerateFileSystemEntries))}");
        Assert.Empty(ProcessesNaming(hub.Data));
    }

    // Whatever the hub started names its work folder on its command line.
    private static List<string> ProcessesNaming(string folder) => [.. Directory.EnumerateDirectories("/proc")
        .Where(path => int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out _))
        .Select(path => CommandLine(path))
        .Where(line => line.Contains(folder, StringComparison.Ordinal))];

    private static string CommandLine(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline")).Replace('\0', ' ');
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static async Task PauseAsync(int milliseconds, CancellationToken stop = default)
    {
        long began = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (Stopwatch.GetElapsedTime(began).TotalMilliseconds < milliseconds && await timer.WaitForNextTickAsync(stop))
        {
            // The moment of a kill has to be random; nothing is waited for.
            Debug.Assert(milliseconds > 0);
        }
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out int number) ? number : otherwise;
}
