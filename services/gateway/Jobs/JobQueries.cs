using Platform.Contracts.Broker.V1;
using Platform.Contracts.Hub.V1;
using Platform.Gateway.Events;
using Platform.Gateway.Identity;
using Platform.Gateway.Nodes;
using Platform.Gateway.Runs;
using Platform.ServiceDefaults;

namespace Platform.Gateway.Jobs;

/// <summary>Reads jobs for their owners, with their place in the queue and the reason why they wait.</summary>
internal sealed class JobQueries(JobWriter writer, CompileQueue queue, NodeRegistry nodes, DeviceBroker.DeviceBrokerClient broker)
{
    private const string OnItsWay = "on its way to the device broker";

    public async Task<Job> RequireAsync(CallerIdentity caller, string id, CancellationToken cancellation) =>
        await writer.GetAsync(caller.Owner, id, cancellation) is { } job && job.Kind != JobKind.Inspect
            ? job
            : throw new FailureException(FailureCode.NotFound, $"there is no job {id}");

    public async Task<Contracts.Hub.V1.Job> DescribeAsync(Job job, CancellationToken cancellation)
    {
        var message = JobViews.ToMessage(job);
        switch (job.Phase)
        {
            case Phase.Waiting:
                message.WaitReason = WaitReason.Upstream;
                message.WaitMessage = $"waits for {string.Join(", ", job.Upstream)}";
                break;
            case Phase.Queued when job.Kind.IsNodeWork():
                await DescribeNodeQueueAsync(job, message, cancellation);
                break;
            case Phase.Queued:
                await DescribeDeviceQueueAsync(job, message, cancellation);
                break;
            default:
                message.WaitReason = Enum.TryParse<WaitReason>(job.WaitReason, out var reason) ? reason : WaitReason.Unspecified;
                message.WaitMessage = job.WaitMessage ?? "";
                break;
        }

        return message;
    }

    private async Task DescribeNodeQueueAsync(Job job, Contracts.Hub.V1.Job message, CancellationToken cancellation)
    {
        message.QueuePosition = await queue.PositionAsync(job, cancellation);
        var able = (await nodes.ConnectedAsync(cancellation)).Where(node => job.StepKey!.Split('+').All(step => NodeRegistry.ToolsOf(node).Any(tool => tool.Available && tool.Name == step))).ToList();
        message.WaitReason = able.Any(node => node.TakesWork) ? WaitReason.Contended : WaitReason.NoNode;
        message.WaitMessage = able switch
        {
            [] => $"no connected build node has the steps {job.StepKey}",
            _ when able.All(node => !node.TakesWork) => $"{able.Count} build nodes have the steps {job.StepKey}, and take no new work: an operator drains them, or they stop",
            _ => $"{able.Count(node => node.TakesWork)} build nodes are busy",
        };
    }

    private async Task DescribeDeviceQueueAsync(Job job, Contracts.Hub.V1.Job message, CancellationToken cancellation)
    {
        if (job.Effects.Any(effect => effect.Type == EventTypes.Created))
        {
            // The broker is asked for its run before it owes that no more.
            message.WaitMessage = OnItsWay;
            return;
        }

        try
        {
            var run = await broker.GetRunAsync(new GetRunRequest { OrganizationId = job.Owner, RunId = RunLink.RunIdOf(job.Id, job.Epoch) }, cancellationToken: cancellation);
            message.QueuePosition = run.QueuePosition;
            message.WaitReason = run.WaitReason;
            message.WaitMessage = run.WaitMessage;
            message.EstimatedStartSeconds = run.EstimatedStartSeconds;
        }
        catch (Grpc.Core.RpcException error) when (error.StatusCode is Grpc.Core.StatusCode.NotFound or Grpc.Core.StatusCode.Unavailable)
        {
            message.WaitMessage = OnItsWay;
        }
    }
}
