using System.Diagnostics;
using Platform.Contracts.Hub.V1;
using Platform.Store.Sqlite;
using TestKit;
using TestKit.Hub;
using static TestKit.Hub.HubCalls;

namespace PlatformBench;

/// <summary>Submitting jobs through the whole gateway, each on the disk when its answer comes, against the same writes of the same documents, with the same indexes, straight into the same store.</summary>
internal static class DurableSubmits
{
    private const int Callers = 128;
    private const int WarmUp = 40000;
    private const int Jobs = 6000;
    private const int Rounds = 7;

    private static readonly string[] s_collections = ["jobs", "events", "audit"];

    public static async Task RunAsync(Report report)
    {
        using var runners = new TempFolder();
        await using var hub = await HubProcess.StartAsync(("Compiler:Runners", StepScript.Install(runners)));
        string sleepy = await hub.UploadModelAsync("sleepy.onnx", Models.Linear(1, 99));
        var blocking = await hub.SubmitAsync(Compile(sleepy, "onnx"), bypassCache: true);
        var spec = Profile(blocking.TargetModelId);
        await SubmitAsync(hub, spec, WarmUp);
        var rates = new List<double>();
        var bares = new List<double>();
        var inserts = new List<double>();
        for (int i = 0; i < Rounds; i++)
        {
            rates.Add(Jobs / (await SubmitAsync(hub, spec, Jobs)).TotalSeconds);
            StoredCollection[] written = [.. s_collections.Select(name => StoredCollection.Read(Path.Combine(hub.Data, "gateway.db"), name, Jobs))];
            bares.Add(await BareAsync(written, isWhole: true));
            inserts.Add(await BareAsync(written, isWhole: false));
        }

        double rate = Median(rates), bare = Median(bares);
        double empty = Jobs / (await CallAsync(Jobs, _ => hub.Client.GetVersionAsync(new GetVersionRequest()).ResponseAsync)).TotalSeconds;
        Report.Figure("durable submits", rate, "/s", "at least 2,000/s");
        Report.Peer("bare group commit of all that a submission writes", bare, "/s");
        Report.Peer("bare group commit of the job alone", Median(inserts), "/s");
        Report.Peer("calls that do nothing, same client, same hub", empty, "/s");
        report.Gate("ratio at least 0.5", rate >= 0.5 * bare, $"{rate / bare:0.00}");
        Console.WriteLine($"     rounds: {string.Join(", ", rates.Zip(bares, (job, whole) => $"{job:0} of {whole:0}"))}; of the job alone {rate / Median(inserts):0.00}");
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

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

    // What a submission leaves: a job, then its event and its line of the audit log, then the job without what it owed.
    private static async Task<double> BareAsync(StoredCollection[] written, bool isWhole)
    {
        using var folder = new TempFolder();
        await using var store = new SqliteStore(new SqliteStoreOptions(folder.File("bare.db")));
        await store.OpenAsync([.. written.Select(collection => collection.Schema)], CancellationToken.None);
        int count = written.Min(collection => collection.Documents.Count);
        return count / (await CallAsync(count, async i =>
        {
            var job = written[0].Documents[i];
            await store.InsertAsync(written[0].Schema.Name, job, CancellationToken.None);
            if (isWhole)
            {
                await Task.WhenAll(written.Skip(1).Select(collection => store.InsertAsync(collection.Schema.Name, collection.Documents[i], CancellationToken.None)));
                await store.ReplaceIfVersionAsync(written[0].Schema.Name, job with { Version = 2 }, 1, CancellationToken.None);
            }
        })).TotalSeconds;
    }
}
