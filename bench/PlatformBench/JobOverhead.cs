using System.Diagnostics;
using System.Text;
using Platform.Contracts.Hub.V1;
using Platform.Sandbox;
using Platform.Store;
using Platform.Store.Sqlite;
using TestKit;
using TestKit.Hub;
using static TestKit.Hub.HubCalls;

namespace PlatformBench;

/// <summary>A job whose step does nothing, through the whole platform, against the same calls of sandbox, blobs and store in a bare loop.</summary>
internal static class JobOverhead
{
    private const int Runs = 60;

    // What a job writes durably: its birth, its plan, its grant, its start, its result, its product, its end, and its attempt.
    private const int StoreWrites = 8;

    public static async Task RunAsync(Report report)
    {
        using var runners = new TempFolder();
        string folder = StepScript.Install(runners);
        await using var hub = await HubProcess.StartAsync(("Compiler:Runners", folder));
        byte[] model = Models.Linear(1, 41);
        string id = await hub.UploadModelAsync("nothing.onnx", model);
        var ours = new List<double>();
        for (int i = -5; i < Runs; i++)
        {
            double milliseconds = await JobAsync(hub, id);
            if (i >= 0)
            {
                ours.Add(milliseconds);
            }
        }

        var bare = await BareAsync(hub, folder, model);
        double p50 = Report.Quantile(ours, 0.5);
        double peer = Report.Quantile(bare, 0.5);
        Report.Figure("platform overhead of a job, p50", p50, "ms", "at most 50 ms");
        Report.Peer("the same sandbox, blob and store calls in a bare loop, p50", peer, "ms");
        report.Gate("ratio at most 3", p50 <= 3 * peer, $"{p50 / peer:0.00}");
    }

    private static async Task<double> JobAsync(HubProcess hub, string model)
    {
        long began = Stopwatch.GetTimestamp();
        var job = await hub.SubmitAsync(Compile(model, "onnx"), bypassCache: true);
        using var watch = hub.Client.WatchJob(new WatchJobRequest { JobId = job.JobId });
        JobState last = default;
        while (await watch.ResponseStream.MoveNext(default))
        {
            last = watch.ResponseStream.Current.State;
        }

        Assert.Equal(JobState.Success, last);
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    private static async Task<List<double>> BareAsync(HubProcess hub, string runners, byte[] model)
    {
        using var folder = new TempFolder();
        var sandbox = Sandboxes.Create("bubblewrap", TimeProvider.System);
        await using var store = new SqliteStore(new SqliteStoreOptions(folder.File("bare.db")));
        await store.OpenAsync([new CollectionSchema("things", [], _ => new Dictionary<string, string>())], CancellationToken.None);
        var times = new List<double>();
        for (int i = -5; i < Runs; i++)
        {
            long began = Stopwatch.GetTimestamp();
            await OneAsync(hub, sandbox, store, Path.Combine(runners, "step", "step"), folder.File($"run{i}"), model, i);
            if (i >= 0)
            {
                times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }
        }

        return times;
    }

    private static async Task OneAsync(HubProcess hub, ISandbox sandbox, SqliteStore store, string program, string path, byte[] model, int run)
    {
        string work = Directory.CreateDirectory(path).FullName;
        await File.WriteAllBytesAsync(Path.Combine(work, "in"), model);
        var request = new SandboxRequest(program, [], work, new SandboxLimits(TimeSpan.FromSeconds(30), 1L << 30, 1L << 30, 1 << 20))
        {
            StandardInput = "{ \"input\": \"/hub-work/in\", \"output\": \"/hub-work/out\" }\n",
        };
        Assert.True((await sandbox.RunAsync(request, CancellationToken.None)).Succeeded);
        byte[] product = await File.ReadAllBytesAsync(Path.Combine(work, "out"));
        Directory.Delete(work, recursive: true);

        // One blob out of the artifact service, one into it.
        var created = await hub.Client.CreateModelAsync(new CreateModelRequest { Name = "bare", Filename = "bare.onnx", SizeBytes = product.Length });
        await hub.PutAsync(created.Upload, product);
        await hub.Client.GetUploadAsync(new GetUploadRequest { UploadId = created.Upload.UploadId });
        for (int write = 0; write < StoreWrites; write++)
        {
            await store.InsertAsync("things", new StoredDocument($"{run}-{write}", "o", 1, Encoding.UTF8.GetBytes(new string('x', 1200)), new Dictionary<string, string>()), CancellationToken.None);
        }
    }
}
