using Google.Protobuf.WellKnownTypes;
using Platform.Contracts.Broker.V1;
using Platform.Contracts.Hub.V1;
using Platform.Gateway.Identity;
using Platform.Gateway.Jobs;
using Platform.Gateway.Nodes;
using Platform.Gateway.Runs;
using Platform.Messaging;
using Platform.ServiceDefaults;

namespace Platform.Gateway.Operation;

/// <summary>What operators see of the whole installation, and what they do to it.</summary>
internal sealed class FarmOperator(
    GatewayStore store, JobWriter writer, JobReconciler reconciler, NodeRegistry nodes, CompileQueue queue, DeviceBroker.DeviceBrokerClient broker, DeadLetters deadLetters, LimitSettings limits, TimeProvider clock)
{
    public async Task<QueueList> QueuesAsync(CallerIdentity caller, CancellationToken cancellation)
    {
        OperationService.RequireOperator(caller);
        var list = new QueueList();
        list.Queues.AddRange(await queue.QueuesAsync(cancellation));
        list.Queues.AddRange((await broker.ListRunQueuesAsync(new ListRunQueuesRequest(), cancellationToken: cancellation)).Queues);
        return list;
    }

    public async Task<NodeList> NodesAsync(CallerIdentity caller, CancellationToken cancellation)
    {
        OperationService.RequireOperator(caller);
        var list = new NodeList();
        list.Nodes.AddRange((await nodes.ListAsync(cancellation)).Select(ToMessage));
        list.Nodes.AddRange((await broker.ListHostsAsync(new ListHostsRequest(), cancellationToken: cancellation)).Hosts.Select(ToMessage));
        return list;
    }

    public async Task<FarmDeviceList> DevicesAsync(CallerIdentity caller, CancellationToken cancellation)
    {
        OperationService.RequireOperator(caller);
        return await broker.ListFarmDevicesAsync(new ListFarmRequest(), cancellationToken: cancellation);
    }

    /// <summary>Sets or lifts the flag that keeps new work away; what runs is finished.</summary>
    public async Task<Drained> SetDrainAsync(CallerIdentity caller, FarmPart part, string id, string? reason, CancellationToken cancellation)
    {
        OperationService.RequireOperator(caller);
        Names.Check(reason ?? "", limits);
        var flag = reason is null ? null : new DrainFlag { By = caller.TokenName, Reason = reason, Since = clock.GetUtcNow().ToTimestamp() };
        switch (part)
        {
            case FarmPart.BuildNode:
                await nodes.SetDrainAsync(id, flag, cancellation);
                break;
            case FarmPart.FarmHost or FarmPart.FarmDevice:
                await broker.SetDrainAsync(new SetDrainRequest { Part = part, Id = id, Drain = flag }, cancellationToken: cancellation);
                break;
            default:
                throw new FailureException(FailureCode.ArgumentInvalid, "part is BUILD_NODE, FARM_HOST or FARM_DEVICE");
        }

        return new Drained { Part = part, Id = id, Drain = flag };
    }

    /// <summary>Ends the attempt that runs; its worker hears of it at its next call, and the job is tried again elsewhere within its limits.</summary>
    public async Task<KilledAttempt> KillAsync(CallerIdentity caller, KillAttemptRequest request, CancellationToken cancellation)
    {
        OperationService.RequireOperator(caller);
        Names.Check(request.Reason, limits);
        string owner = await store.Jobs.AsSystem().OwnerOfAsync(request.JobId, cancellation) ?? throw new FailureException(FailureCode.NotFound, $"there is no job {request.JobId}");
        var job = await writer.GetAsync(owner, request.JobId, cancellation);
        if (job is null || !job.Phase.IsHeld())
        {
            throw new FailureException(FailureCode.NoAttempt, $"nothing works for job {request.JobId}: it is {job?.Phase.ToString() ?? "gone"}");
        }

        string message = $"ended by {caller.TokenName}{(request.Reason.Length > 0 ? $": {request.Reason}" : "")}";
        await (job.Kind.IsNodeWork() ? KillBuildAsync(job, message, cancellation) : KillRunAsync(job, message, cancellation));
        await reconciler.ReconcileAsync(owner, job.Id, cancellation);
        return new KilledAttempt { JobId = job.Id, Epoch = (uint)job.Epoch, Worker = job.Lease!.Holder };
    }

    public async Task<ReplayReport> ReplayAsync(CallerIdentity caller, int limit, CancellationToken cancellation)
    {
        OperationService.RequireOperator(caller);
        if (!deadLetters.AreKept || limit < 0)
        {
            throw new FailureException(FailureCode.ArgumentInvalid, limit < 0 ? "limit is at least 0" : "dead letters are kept by RabbitMQ, and this hub runs without it");
        }

        try
        {
            var (replayed, dropped) = await deadLetters.ReplayAsync(limit, cancellation);
            return new ReplayReport { Replayed = replayed, Dropped = dropped };
        }
        catch (PublicExchangeException error)
        {
            throw new FailureException(FailureCode.ServiceUnavailable, error.Message);
        }
    }

    private async Task KillBuildAsync(Job job, string message, CancellationToken cancellation)
    {
        var failure = new JobFailure(RunMapping.CodeOf(FailureCode.AttemptKilled), message, Retried: false, []);
        if (await writer.ApplyAsync(job.Owner, job.Id, new JobEvent.AttemptFailed(job.Epoch, failure, RetryClass.Elsewhere), cancellation) is null)
        {
            throw new FailureException(FailureCode.NoAttempt, $"the attempt of job {job.Id} has just ended");
        }

        await store.Attempts.For(job.Owner).UpdateAsync(Attempt.IdOf(job.Id, job.Epoch), attempt => attempt with { EndedAt = clock.GetUtcNow(), Outcome = "killed", Failure = failure }, cancellation);
    }

    private async Task KillRunAsync(Job job, string message, CancellationToken cancellation) => await broker.KillRunAsync(
        new KillRunRequest { OrganizationId = job.Owner, RunId = RunLink.RunIdOf(job.Id, job.Epoch), Reason = message }, cancellationToken: cancellation);

    private FarmNode ToMessage(StoredNode node) => new()
    {
        Part = FarmPart.BuildNode,
        Id = node.Id,
        Name = node.Name,
        Connected = nodes.IsConnected(node),
        Stopping = node.Draining,
        Drain = NodeRegistry.DrainOf(node),
        Slots = node.Slots,
        Busy = node.Busy,
        SeenAt = node.SeenAt.ToTimestamp(),
        Sandbox = node.Sandbox,
    };

    private static FarmNode ToMessage(Contracts.Broker.V1.Host host) => new()
    {
        Part = FarmPart.FarmHost,
        Id = host.HostId,
        Name = host.Name,
        Connected = host.Connected,
        Stopping = host.Stopping,
        Drain = host.Drain,
        Slots = host.Devices,
        Busy = host.Busy,
        SeenAt = host.SeenAt,
        Sandbox = host.Sandbox,
    };
}
