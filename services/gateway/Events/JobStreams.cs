using Google.Protobuf.WellKnownTypes;
using Platform.Contracts.Broker.V1;
using Platform.Contracts.Hub.V1;
using Platform.Gateway.Identity;
using Platform.Gateway.Jobs;
using Platform.Gateway.Runs;
using Platform.Store;

namespace Platform.Gateway.Events;

/// <summary>Live views of a job: its events and its log, each resumable at any point.</summary>
internal sealed class JobStreams(GatewayStore store, EventLog log, JobQueries queries, JobWatcher watcher, DeviceBroker.DeviceBrokerClient broker)
{
    /// <summary>Events after a version, then each new one, until the job has ended.</summary>
    public async IAsyncEnumerable<Contracts.Hub.V1.JobEvent> EventsAsync(
        CallerIdentity caller, string jobId, long afterVer, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        while (true)
        {
            var change = watcher.NextChange(jobId);
            var job = await queries.RequireAsync(caller, jobId, cancellation);
            foreach (var entry in await log.OfJobAsync(caller.Owner, jobId, afterVer, cancellation))
            {
                afterVer = entry.Ver;
                yield return ToMessage(entry);
            }

            if (job.Phase.IsTerminal() && job.Effects.Count == 0)
            {
                yield break;
            }

            await watcher.WaitAsync(change, cancellation);
        }
    }

    /// <summary>The log of an attempt from an offset; follows it while it runs.</summary>
    public async IAsyncEnumerable<LogChunk> LogAsync(
        CallerIdentity caller, ReadLogRequest request, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        long offset = (long)request.Offset;
        while (true)
        {
            var job = await queries.RequireAsync(caller, request.JobId, cancellation);
            long epoch = request.Epoch > 0 ? request.Epoch : job.Epoch;
            foreach (var chunk in await ChunksAsync(job, epoch, offset, cancellation))
            {
                offset = (long)chunk.Offset + System.Text.Encoding.UTF8.GetByteCount(chunk.Text);
                yield return chunk;
            }

            if (!request.Follow || job.Phase.IsTerminal() || epoch != job.Epoch)
            {
                yield break;
            }

            await watcher.WaitAsync(watcher.NextChange(request.JobId), cancellation);
        }
    }

    public static Contracts.Hub.V1.JobEvent ToMessage(LoggedEvent entry)
    {
        var phase = System.Enum.Parse<Phase>(entry.Phase);
        return new Contracts.Hub.V1.JobEvent
        {
            Seq = entry.Seq,
            JobId = entry.JobId,
            Ver = (uint)entry.Ver,
            N = (uint)entry.N,
            Type = entry.Type,
            At = entry.At.ToTimestamp(),
            State = JobViews.StateOf(System.Enum.Parse<JobKind>(entry.Kind), phase),
            Phase = phase.IsTerminal() ? JobPhase.Ended : (JobPhase)((int)phase + 1),
            Message = entry.Message,
        };
    }

    private async Task<IReadOnlyList<LogChunk>> ChunksAsync(Job job, long epoch, long offset, CancellationToken cancellation)
    {
        if (!job.Kind.IsNodeWork())
        {
            var read = await broker.ReadRunLogAsync(new ReadRunLogRequest { OrganizationId = job.Owner, RunId = RunLink.RunIdOf(job.Id, epoch), Offset = offset }, cancellationToken: cancellation);
            return read.Text.Length == 0 ? [] : [new LogChunk { Epoch = (uint)epoch, Offset = read.Offset, Text = read.Text }];
        }

        var page = await store.Logs.For(job.Owner).QueryAsync("place", new object[] { job.Id, epoch }, new PageRequest(PageRequest.LargestLimit), cancellation);
        return [.. page.Items.Select(item => item.Value).Where(chunk => chunk.Offset >= offset).Select(chunk => new LogChunk { Epoch = (uint)epoch, Offset = chunk.Offset, Text = chunk.Text })];
    }
}
