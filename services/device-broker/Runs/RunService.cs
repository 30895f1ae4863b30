using Platform.Contracts.Broker.V1;
using Platform.Contracts.Hub.V1;
using Platform.DeviceBroker.Scheduling;
using Platform.ServiceDefaults;
using Platform.Store;

namespace Platform.DeviceBroker.Runs;

/// <summary>Takes runs in, ends them, and tells where they stand.</summary>
internal sealed class RunService(BrokerStore store, RunReporter reporter, RunQueue queue, RunBells bells, TimeProvider clock)
{
    /// <summary>Takes a run in; repeating it answers the run as it is.</summary>
    public async Task<Run> EnqueueAsync(Run request, CancellationToken cancellation)
    {
        var (run, order) = await TakeInAsync(request, cancellation);
        return run is null ? await GetAsync(request.OrganizationId, request.RunId, cancellation) : Describe(run, RunViews.ToReport(run, 1), order);
    }

    /// <summary>The same for one of many: a new one is not told where it stands.</summary>
    public async Task<Run> EnqueueOneOfManyAsync(Run request, CancellationToken cancellation)
    {
        var (run, _) = await TakeInAsync(request, cancellation);
        return run is null ? await GetAsync(request.OrganizationId, request.RunId, cancellation) : RunViews.ToReport(run, 1);
    }

    // Null when it was there already.
    private async Task<(StoredRun? New, RunOrder Order)> TakeInAsync(Run request, CancellationToken cancellation)
    {
        var runs = store.Runs.For(request.OrganizationId);
        var now = clock.GetUtcNow();
        var run = new StoredRun
        {
            Id = request.RunId,
            Owner = request.OrganizationId,
            JobId = request.JobId,
            JobEpoch = request.JobEpoch,
            Spec = BrokerJson.Format(request.Spec),
            QueuedAt = now,
            SubmittedAt = request.SubmittedAt?.ToDateTimeOffset() is { } submitted && submitted < now ? submitted : null,
            Priority = request.Spec.Priority,
            TraceParent = request.TraceParent,
        };
        bool isNew = (await runs.InsertAsync(run, cancellation)).Inserted;
        var order = RunOrder.Of(run, request.Spec);
        if (isNew)
        {
            queue.Enqueue(order);
        }

        bells.Ring(order);
        return (isNew ? run : null, order);
    }

    public async Task<Run> GetAsync(string owner, string id, CancellationToken cancellation)
    {
        var run = await store.Runs.For(owner).GetAsync(id, cancellation) ?? throw new FailureException(FailureCode.NotFound, $"there is no run {id}");
        return Describe(run.Value, RunViews.ToMessage(run.Value, run.Version), order: null);
    }

    private Run Describe(StoredRun run, Run message, RunOrder? order)
    {
        if (run.Phase == RunPhase.Queued)
        {
            DescribeWait(order ?? RunOrder.Of(run), message);
        }

        return message;
    }

    /// <summary>Ends a run: at once in the document; the host that holds its device is told to stop, and cleans it.</summary>
    public async Task<Run> CancelAsync(string owner, string id, CancellationToken cancellation)
    {
        await store.Runs.For(owner).UpdateAsync(id, run => run.HasEnded ? null : run with { Phase = RunPhase.Cancelled, EndedAt = clock.GetUtcNow() }, cancellation);
        queue.Remove(id);
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
                Unreported = !run.IsHealthCheck,
            },
            cancellation);
        if (ended is not null)
        {
            reporter.Ring(ended);
        }

        return ended is not null;
    }

    public async Task<RunList> ListAsync(ListRunsRequest request, CancellationToken cancellation)
    {
        var page = await store.Runs.AsSystem().QueryAsync("active", ReadOnlyMemory<object>.Empty, new PageRequest(request.Limit > 0 ? request.Limit : 500), cancellation);
        var list = new RunList();
        list.Runs.AddRange(page.Items.Where(item => !item.Value.IsHealthCheck).Select(item => RunViews.ToMessage(item.Value, item.Version)));
        return list;
    }

    private void DescribeWait(RunOrder run, Run message)
    {
        if (!queue.IsReady)
        {
            message.WaitMessage = "the device broker has just started and reads its queue";
            return;
        }

        var wait = queue.Describe(run);
        message.QueuePosition = wait.Place;
        message.EstimatedStartSeconds = wait.Seconds;
        (message.WaitReason, message.WaitMessage) = wait switch
        {
            { Matching: 0 } => (WaitReason.NoDevice, "no device matches"),
            { Usable: 0 } => (WaitReason.AllUnhealthy, $"{wait.Matching} devices match, none is online and healthy"),
            _ => (WaitReason.Contended, $"{wait.Usable - wait.Idle} of {wait.Usable} matching devices are busy"),
        };
    }
}
