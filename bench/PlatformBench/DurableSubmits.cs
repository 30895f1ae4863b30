using System.Diagnostics;
using Platform.Contracts.Hub.V1;
using Platform.Host.Tests.Hosting;
using Platform.Store.Sqlite;
using TestKit;
using static Platform.Host.Tests.Hosting.HubCalls;

namespace PlatformBench;

/// <summary>Submitting jobs through the whole gateway, each on the disk when its answer comes, against bare inserts of the same documents, with the same indexes, into the same store.</summary>
internal static class DurableSubmits
{
    private const int Callers = 128;
    private const int WarmUp = 24000;
    private const int Jobs = 6000;

    public static async Task RunAsync(Report report)
    {
        using var runners = new TempFolder();
        await using var hub = await HubProcess.StartAsync(("Compiler:Runners", StepScript.Install(runners)));
        string sleepy = await hub.UploadModelAsync("sleepy.onnx", Models.Linear(1, 99));
        var blocking = await hub.SubmitAsync(Compile(sleepy, "onnx"), bypassCache: true);
        var spec = Profile(blocking.TargetModelId);
        await SubmitAsync(hub, spec, WarmUp);
        double rate = Jobs / (await SubmitAsync(hub, spec, Jobs)).TotalSeconds;
        double empty = Jobs / (await CallAsync(Jobs, _ => hub.Client.GetVersionAsync(new GetVersionRequest()).ResponseAsync)).TotalSeconds;
        var documents = StoredJobs.Read(Path.Combine(hub.Data, "gateway.db"), Jobs);
        double bare = await BareAsync(documents);
        Report.Figure("durable submits", rate, "/s", "at least 2,000/s");
        Report.Peer("bare group commit of the same documents", bare, "/s");
        Report.Peer("calls that do nothing, same client, same hub", empty, "/s");
        report.Gate("ratio at least 0.5", rate >= 0.5 * bare, $"{rate / bare:0.00}");
    }

    private static Task<TimeSpan> SubmitAsync(HubProcess hub, JobSpec spec, int jobs)
    {
        var client = hub.Client;
        var request = new SubmitJobRequest { Spec = spec };
        return CallAsync(jobs, _ => client.SubmitJobAsync(request).ResponseAsync);
    }

    private static async Task<TimeSpan> CallAsync(int calls, Func<int, Task> call)
    {
        long began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(async caller =>
        {
            for (int i = caller; i < calls; i += Callers)
            {
                await call(i);
            }
        }));
        return Stopwatch.GetElapsedTime(began);
    }

    private static async Task<double> BareAsync(StoredJobs jobs)
    {
        using var folder = new TempFolder();
        await using var store = new SqliteStore(new SqliteStoreOptions(folder.File("bare.db")));
        await store.OpenAsync([jobs.Schema], CancellationToken.None);
        return jobs.Documents.Count / (await CallAsync(jobs.Documents.Count, i => store.InsertAsync(jobs.Schema.Name, jobs.Documents[i], CancellationToken.None))).TotalSeconds;
    }
}
