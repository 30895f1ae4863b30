using System.Collections.Concurrent;
using Grpc.Core;
using Platform.Contracts.Broker.V1;
using Platform.ServiceDefaults;

namespace Platform.Gateway.Runs;

/// <summary>Asks the broker for runs, for those of one moment with one call. Every request may be repeated.</summary>
internal sealed class RunRequests(DeviceBroker.DeviceBrokerClient broker, TimeProvider clock)
{
    // One that hangs keeps those behind it waiting; all are asked for again when their jobs are due.
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(10);

    // By organization: no one's run waits for a call that carries another's hundred.
    private readonly ConcurrentDictionary<string, Gathering<Run, Run>> _requests = new(StringComparer.Ordinal);

    /// <summary>Makes sure that a run exists.</summary>
    /// <returns>The run; where it waits and was new, not its place in the queue.</returns>
    public Task<Run> EnqueueAsync(Run run, CancellationToken cancellation) =>
        _requests.GetOrAdd(run.OrganizationId, _ => new Gathering<Run, Run>(SendAsync, s_longest, clock)).AskAsync(run, cancellation);

    private async Task SendAsync(IReadOnlyList<Gathered<Run, Run>> batch, CancellationToken cancellation)
    {
        if (batch.Count == 1 || !await SendTogetherAsync(batch, cancellation))
        {
            await Task.WhenAll(batch.Select(one => SendAloneAsync(one, cancellation)));
        }
    }

    // False where the broker is older than this call, or refuses it because of one of them.
    private async Task<bool> SendTogetherAsync(IReadOnlyList<Gathered<Run, Run>> batch, CancellationToken cancellation)
    {
        var request = new EnqueueRunsRequest();
        request.Runs.AddRange(batch.Select(one => one.Ask));
        try
        {
            var answer = await broker.EnqueueRunsAsync(request, cancellationToken: cancellation);
            for (int i = 0; i < batch.Count; i++)
            {
                batch[i].Answer(answer.Runs[i]);
            }

            return true;
        }
        catch (RpcException error) when (!error.IsUnanswered())
        {
            return false;
        }
    }

    private async Task SendAloneAsync(Gathered<Run, Run> one, CancellationToken cancellation)
    {
        try
        {
            one.Answer(await broker.EnqueueRunAsync(new EnqueueRunRequest { Run = one.Ask }, cancellationToken: cancellation));
        }
        catch (RpcException error)
        {
            one.Fail(error);
        }
    }
}
