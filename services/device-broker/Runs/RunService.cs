using Platform.Contracts.Broker.V1;
using Platform.Contracts.Hub.V1;
using Platform.Contracts.Messages;
using Platform.DeviceBroker.Devices;
using Platform.Messaging;
using Platform.ServiceDefaults;
using Platform.Store;

namespace Platform.DeviceBroker.Runs;

/// <summary>Takes runs in, ends them, and tells where they stand.</summary>
internal sealed class RunService(BrokerStore store, RunReporter reporter, DeviceLedger devices, Doorbell doorbell, TimeProvider clock)
{
    /// <summary>Takes a run in; repeating it answers the run as it is.</summary>
    public async Task<Run> EnqueueAsync(Run request, CancellationToken cancellation)
    {
        var runs = store.Runs.For(request.OrganizationId);
        var run = new StoredRun
        {
            Id = request.RunId,
            Owner = request.OrganizationId,
            JobId = request.JobId,
            JobEpoch = request.JobEpoch,
            Spec = BrokerJson.Format(request.Spec),
            QueuedAt = clock.GetUtcNow(),
            Priority = request.Spec.Priority,
            TraceParent = request.TraceParent,
        };
        await runs.InsertAsync(run, cancellation);
        await doorbell.RingAsync(new RunWorkAvailable(run.Owner));
        return await GetAsync(run.Owner, run.Id, cancellation);
    }

    public async Task<Run> GetAsync(string owner, string id, CancellationToken cancellation)
    {
        var run = await store.Runs.For(owner).GetAsync(id, cancellation) ?? throw new FailureException(FailureCode.NotFound, $"there is no run {id}");
        var message = RunViews.ToMessage(run.Value, run.Version);
        if (run.Value.Phase == RunPhase.Queued)
        {
            await DescribeWaitAsync(run.Value, message, cancellation);
        }

        return message;
    }

    /// <summary>Ends a run: at once in the document; the host that holds its device is told to stop, and cleans it.</summary>
    public async Task<Run> CancelAsync(string owner, string id, CancellationToken cancellation)
    {
        await store.Runs.For(owner).UpdateAsync(id, run => run.HasEnded ? null : run with { Phase = RunPhase.Cancelled, EndedAt = clock.GetUtcNow() }, cancellation);
        return await GetAsync(owner, id, cancellation);
    }

    /// <summary>Ends a run with a result or a failure, if it is still held under that device epoch.</summary>
    public async Task<bool> EndAsync(string owner, string id, long deviceEpoch, RunPhase phase, RunResult? result, Failure? failure, CancellationToken cancellation)
    {
        var ended = await store.Runs.For(owner).UpdateAsync(
            id,
            run => run.HasEnded || run.DeviceEpoch != deviceEpoch ? null : run with
            {
                Phase = phase,
                EndedAt = clock.GetUtcNow(),
                Result = result is null ? null : BrokerJson.Format(result),
                Failure = failure is null ? null : BrokerJson.Format(failure),
                Unreported = true,
            },
            cancellation);
        if (ended is not null)
        {
            reporter.Ring(owner, id);
        }

        return ended is not null;
    }

    public async Task<RunList> ListAsync(ListRunsRequest request, CancellationToken cancellation)
    {
        var page = await store.Runs.AsSystem().QueryAsync("active", ReadOnlyMemory<object>.Empty, new PageRequest(request.Limit > 0 ? request.Limit : 500), cancellation);
        var list = new RunList();
        list.Runs.AddRange(page.Items.Select(item => RunViews.ToMessage(item.Value, item.Version)));
        return list;
    }

    private async Task DescribeWaitAsync(StoredRun run, Run message, CancellationToken cancellation)
    {
        var matching = await devices.MatchingAsync(run.Owner, message.Spec.Device ?? new DeviceSelector(), cancellation);
        var queue = await store.Runs.AsSystem().QueryAsync("queued", ReadOnlyMemory<object>.Empty, new PageRequest(PageRequest.LargestLimit), cancellation);
        message.QueuePosition = queue.Items.TakeWhile(item => item.Value.Id != run.Id).Count() + 1;
        (message.WaitReason, message.WaitMessage) = matching switch
        {
            [] => (WaitReason.NoDevice, "no device matches"),
            _ when matching.All(device => !device.IsUsable) => (WaitReason.AllUnhealthy, $"{matching.Count} devices match, none is online and healthy"),
            _ => (WaitReason.Contended, $"{matching.Count(device => device.IsUsable)} matching devices are busy"),
        };
    }
}
