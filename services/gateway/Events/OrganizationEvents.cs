using System.Globalization;
using System.Runtime.CompilerServices;
using Platform.Contracts.Hub.V1;
using Platform.Gateway.Identity;
using Platform.ServiceDefaults;

namespace Platform.Gateway.Events;

/// <summary>The public view of an organization's log: CloudEvents in the log's order, from any cursor on.</summary>
internal sealed class OrganizationEvents(EventLog log, JobWatcher watcher)
{
    /// <summary>Events after a cursor, then each new one; ends only when asked for once.</summary>
    public async IAsyncEnumerable<CloudEvent> WatchAsync(CallerIdentity caller, WatchEventsRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        long cursor = RequireCursor(request.AfterSeq);
        var types = RequireTypes(request.Types_);
        while (true)
        {
            var change = watcher.NextChange(caller.Owner);
            var page = await log.AfterAsync(caller.Owner, cursor, cancellation);
            foreach (var entry in page)
            {
                cursor = entry.Seq;
                if (types.Count == 0 || types.Contains(entry.Type))
                {
                    yield return ToMessage(entry);
                }
            }

            if (page.Count > 0)
            {
                continue;
            }

            if (request.Once)
            {
                yield break;
            }

            await watcher.WaitAsync(change, cancellation);
        }
    }

    /// <summary>A cursor that a caller gave.</summary>
    public static long RequireCursor(double afterSeq) => afterSeq is >= 0 and < 1L << 53 && double.IsInteger(afterSeq)
        ? (long)afterSeq
        : throw new FailureException(FailureCode.ArgumentInvalid, $"after_seq is {afterSeq.ToString(CultureInfo.InvariantCulture)}: give the sequence of the last event you have stored, or 0");

    /// <summary>Types of events that a caller gave; none means all.</summary>
    public static HashSet<string> RequireTypes(IEnumerable<string> asked)
    {
        var types = asked.ToHashSet(StringComparer.Ordinal);
        return types.Except(EventTypes.All).FirstOrDefault() is { } unknown
            ? throw new FailureException(FailureCode.ArgumentInvalid, $"there is no event type '{unknown}'; the types are {string.Join(", ", EventTypes.All)}")
            : types;
    }

    public static CloudEvent ToMessage(LoggedEvent entry)
    {
        var data = JobStreams.ToMessage(entry);
        return new CloudEvent
        {
            Specversion = "1.0",
            Id = entry.Id,
            Source = $"/organizations/{entry.Owner}",
            Type = entry.Type,
            Subject = entry.JobId,
            Time = data.At,
            Datacontenttype = "application/json",
            Sequence = entry.Seq.ToString(CultureInfo.InvariantCulture),
            Data = data,
        };
    }
}
