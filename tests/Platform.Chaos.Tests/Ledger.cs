using Grpc.Core;
using Platform.Contracts.Hub.V1;
using TestKit.Hub;
using HubClient = Platform.Contracts.Hub.V1.Hub.HubClient;

namespace Platform.Chaos.Tests;

/// <summary>How a job may end.</summary>
/// <param name="States">The states.</param>
/// <param name="Codes">Codes of failures; empty for any.</param>
internal sealed record Ending(JobState[] States, params FailureCode[] Codes)
{
    public static Ending Success { get; } = new([JobState.Success]);

    public static Ending Cancelled { get; } = new([JobState.Cancelled]);

    public static Ending CancelledOrNot { get; } = new([JobState.Success, JobState.Cancelled]);

    public static Ending Failure(params FailureCode[] codes) => new([JobState.Failed], codes);
}

/// <summary>Every job that a scenario submitted, and what the hub made of it, seen from outside.</summary>
internal sealed class Ledger(HubProcess hub, FarmAssets? assets)
{
    private const int AtOnce = 16;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(240);

    private readonly Dictionary<string, Entry> _entries = [];
    private double _from;

    public int Count => _entries.Count;

    /// <summary>What every conversion must give, where there are no assets that say so.</summary>
    public string? Product { get; set; }

    public async Task BeginAsync()
    {
        _entries.Clear();
        _from = 0;
        foreach (var last in await EventsAsync())
        {
            _from = Math.Max(_from, double.Parse(last.Sequence, System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    public void Add(string key, JobSpec spec, Job job, Ending ending)
    {
        lock (_entries)
        {
            Assert.True(_entries.TryAdd(key, new Entry(key, spec, job.JobId, ending)), $"{key} was submitted twice");
        }
    }

    /// <summary>Each ended once, as it had to, with the right result; its key still names it.</summary>
    public async Task JudgeAsync()
    {
        Assert.True(_entries.Values.DistinctBy(entry => entry.JobId).Count() == _entries.Count, "two keys have one job");
        using var gate = new SemaphoreSlim(AtOnce);
        var problems = (await Task.WhenAll(_entries.Values.Select(async entry =>
        {
            await gate.WaitAsync();
            try
            {
                return await JudgeAsync(entry);
            }
            finally
            {
                gate.Release();
            }
        }))).OfType<string>().ToList();
        problems.AddRange(await JudgeEventsAsync());
        Assert.True(problems.Count == 0, $"{problems.Count} of {_entries.Count}: {string.Join("; ", problems.Take(8))}");
    }

    private async Task<string?> JudgeAsync(Entry entry)
    {
        Job job = new();
        await Until.TrueAsync(
            async () => (job = await hub.Client.GetJobAsync(new GetJobRequest { JobId = entry.JobId })).Phase == JobPhase.Ended,
            s_patience,
            () => $"lost: {entry} is still {job.Phase} {job.WaitMessage}");
        if (Array.IndexOf(entry.Ending.States, job.State) < 0 || (job.State == JobState.Failed && entry.Ending.Codes.Length > 0 && Array.IndexOf(entry.Ending.Codes, job.Failure.Code) < 0))
        {
            return $"{entry} ended {job.State} {job.Failure?.Code} {job.Failure?.Message}";
        }

        var again = await hub.Client.SubmitJobAsync(new SubmitJobRequest { Spec = entry.Spec, IdempotencyKey = entry.Key, BypassCache = true });
        if (again.JobId != entry.JobId)
        {
            return $"{entry}: its key names {again.JobId} now";
        }

        var attempts = (await hub.Client.ListAttemptsAsync(new ListAttemptsRequest { JobId = entry.JobId })).Attempts;
        int succeeded = attempts.Count(attempt => attempt.Outcome == "succeeded");
        if (succeeded != (job.State == JobState.Success ? 1 : 0) && !(job.State == JobState.Cancelled && succeeded <= 1))
        {
            return $"{entry} ended {job.State} with {succeeded} attempts that succeeded: {string.Join(", ", attempts.Select(attempt => $"{attempt.Epoch} {attempt.Worker} {attempt.Outcome}"))}";
        }

        return await JudgeResultAsync(hub.Client, entry, job);
    }

    private async Task<string?> JudgeResultAsync(HubClient client, Entry entry, Job job)
    {
        Download? download = null;
        try
        {
            download = job.TargetModelId.Length > 0 ? await client.DownloadModelAsync(new DownloadModelRequest { ModelId = job.TargetModelId })
                : job.OutputDatasetId.Length > 0 ? await client.DownloadDatasetAsync(new DownloadDatasetRequest { DatasetId = job.OutputDatasetId }) : null;
        }
        catch (RpcException refused) when (refused.StatusCode is StatusCode.FailedPrecondition or StatusCode.NotFound)
        {
            return job.State == JobState.Success ? $"{entry} has no result: {refused.Status.Detail}" : null;
        }

        if (job.State != JobState.Success)
        {
            return download is null ? null : $"{entry} ended {job.State} and has a result";
        }

        if (download is null)
        {
            return (await client.GetJobResultAsync(new GetJobResultRequest { JobId = job.JobId })).Profile is null ? $"{entry} has no profile" : null;
        }

        string hash = HubCalls.Sha256(await hub.DownloadAsync(download));
        string expected = assets is null ? Product ?? download.Sha256 : assets.HashOf(entry.Spec.Compile is null ? "inference" : "compile");
        return hash == download.Sha256 && hash == expected ? null : $"{entry}: its result has another hash";
    }

    private async Task<List<string>> JudgeEventsAsync()
    {
        var problems = new List<string>();
        var events = await EventsAsync();
        var sequences = events.Select(happened => double.Parse(happened.Sequence, System.Globalization.CultureInfo.InvariantCulture)).ToList();
        if (!sequences.SequenceEqual(Enumerable.Range(1, sequences.Count).Select(i => _from + i)))
        {
            problems.Add("the event log has gaps or repeats");
        }

        var ends = events.Where(happened => happened.Type == "job.ended").GroupBy(happened => happened.Subject).ToDictionary(group => group.Key, group => group.Count());
        problems.AddRange(_entries.Values.Where(entry => ends.GetValueOrDefault(entry.JobId) != 1).Select(entry => $"{entry} has {ends.GetValueOrDefault(entry.JobId)} ends in the event log"));
        return problems;
    }

    private async Task<List<CloudEvent>> EventsAsync()
    {
        using var log = hub.Client.WatchEvents(new WatchEventsRequest { AfterSeq = _from, Once = true });
        var events = new List<CloudEvent>();
        while (await log.ResponseStream.MoveNext(CancellationToken.None))
        {
            events.Add(log.ResponseStream.Current);
        }

        return events;
    }

    private sealed record Entry(string Key, JobSpec Spec, string JobId, Ending Ending)
    {
        public override string ToString() => $"{Key} ({JobId})";
    }
}
