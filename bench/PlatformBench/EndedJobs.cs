using Platform.Contracts.Hub.V1;
using TestKit.Hub;

namespace PlatformBench;

/// <summary>Which jobs have ended, by the organization's events: as a program outside would know.</summary>
internal sealed class EndedJobs(HubProcess hub)
{
    private readonly HashSet<string> _jobs = [];
    private double _cursor;

    public int Count => _jobs.Count;

    public int Succeeded { get; private set; }

    /// <summary>Ends beyond the first of a job.</summary>
    public int Twice { get; private set; }

    /// <summary>Reads what is new.</summary>
    /// <param name="isCounted">False for what came before.</param>
    public async Task LookAsync(bool isCounted = true)
    {
        using var log = hub.Client.WatchEvents(new WatchEventsRequest { AfterSeq = _cursor, Types_ = { "job.ended" }, Once = true });
        while (await log.ResponseStream.MoveNext(CancellationToken.None))
        {
            var ended = log.ResponseStream.Current;
            _cursor = double.Parse(ended.Sequence);
            if (!isCounted)
            {
                continue;
            }

            Succeeded += ended.Data.State == JobState.Success ? 1 : 0;
            Twice += _jobs.Add(ended.Subject) ? 0 : 1;
        }
    }
}
