using Grpc.Core;
using Platform.Contracts.Hub.V1;
using Platform.Gateway.Jobs;
using Platform.Simulation.Tests.Engine;
using Platform.Simulation.Tests.Laws;
using Platform.Simulation.Tests.Processes;

namespace Platform.Simulation.Tests.Clients;

/// <summary>
/// Somebody of an organization: submits until the hub has answered, watches, sometimes cancels or renames; believes what it was told and
/// complains when it is told otherwise later.
/// </summary>
internal sealed class Client(Surroundings world, Process process, Chance chance, string owner)
{
    private readonly Hub.HubClient _hub = new(world.Network.From(process, "gateway", new Metadata { { GatewayProcess.Caller, owner } }));
    private static readonly Phase[] s_moments = [Phase.Queued, Phase.Assigned, Phase.Running, Phase.Finalizing, Phase.Finalizing];

    private int _keys;

    public string Owner => owner;

    public void Start(TimeSpan at, Func<JobSpec> spec)
    {
        var submission = new Submission(owner, $"key-{owner}-{_keys++}");
        world.Ledger.Submissions.Add(submission);
        bool cancels = chance.Of(0.25);
        submission.CancelAt = cancels && chance.Of(0.6) ? chance.One(s_moments) : null;
        var moment = submission.CancelAt is null ? chance.Seconds(0, 40) : TimeSpan.Zero;
        bool renames = chance.Of(0.15);
        process.Start(() => LiveAsync(submission, at, spec, cancels ? moment : null, renames), error => world.Ledger.Broken(process, error));
    }

    private async Task LiveAsync(Submission submission, TimeSpan at, Func<JobSpec> spec, TimeSpan? cancels, bool renames)
    {
        await process.Pass(at);
        var accepted = await SubmitAsync(submission, spec());
        if (accepted is null)
        {
            return;
        }

        (submission.JobId, submission.Kind) = (accepted.JobId, accepted.JobType);
        See(submission, accepted);
        if (renames)
        {
            await RenameAsync(submission);
        }

        if (cancels is { } moment)
        {
            await (submission.CancelAt is null ? process.Pass(moment) : submission.CameThere.Task);
            await CancelAsync(submission);
        }

        while (submission.SeenEnd is null)
        {
            await process.Pass(chance.Seconds(1, 8));
            See(submission, await AskAsync(() => _hub.GetJobAsync(new GetJobRequest { JobId = submission.JobId })));
        }
    }

    // The same key again and again: one job, however many answers were lost.
    private async Task<Contracts.Hub.V1.Job?> SubmitAsync(Submission submission, JobSpec spec)
    {
        while (true)
        {
            try
            {
                return await AskAsync(() => _hub.SubmitJobAsync(new SubmitJobRequest { Spec = spec, IdempotencyKey = submission.Key }));
            }
            catch (RpcException refused)
            {
                submission.Refused = refused.Status.Detail;
                if (refused.Status.Detail.Contains("cannot be used", StringComparison.Ordinal) || refused.Status.Detail.Contains("is quarantined", StringComparison.Ordinal))
                {
                    // What it names comes from a job that has failed or was cancelled meanwhile, or has killed its programs.
                    return null;
                }

                if (!refused.Status.Detail.Contains("no build node", StringComparison.Ordinal) && !refused.Status.Detail.Contains("no device", StringComparison.Ordinal))
                {
                    world.Ledger.Require(false, "a good request is accepted", () => $"{submission.Key}: {refused.Status}");
                    return null;
                }

                await process.Pass(TimeSpan.FromSeconds(5));
            }
        }
    }

    private async Task CancelAsync(Submission submission)
    {
        submission.CancelAsked = true;
        var answer = await AskAsync(() => _hub.CancelJobAsync(new CancelJobRequest { JobId = submission.JobId }));
        world.Ledger.Require(IsEnd(answer.State), "a cancellation that was acknowledged has taken place", () => $"{submission.JobId} is {answer.State} after it");
        See(submission, answer);
    }

    private async Task RenameAsync(Submission submission)
    {
        string name = "name of " + submission.Key;
        await AskAsync(() => _hub.UpdateJobAsync(new UpdateJobRequest { JobId = submission.JobId, Name = name }));
        var read = await AskAsync(() => _hub.GetJobAsync(new GetJobRequest { JobId = submission.JobId }));
        world.Ledger.Require(read.Name == name, "who was told that something is written reads it", () => $"{submission.JobId} is still called {read.Name}");
        See(submission, read);
    }

    private void See(Submission submission, Contracts.Hub.V1.Job job)
    {
        world.Ledger.Require(job.Ver >= submission.SeenVer, "nobody is told an older state than before", () => $"{job.JobId}: ver {job.Ver} after {submission.SeenVer}");
        world.Ledger.Require(submission.SeenEnd is not { } end || end == job.State, "I2: terminal is final", () => $"{job.JobId}: {submission.SeenEnd} -> {job.State}");
        submission.SeenVer = job.Ver;
        if (IsEnd(job.State))
        {
            submission.SeenEnd = job.State;
        }
    }

    private static bool IsEnd(JobState state) => state is JobState.Success or JobState.Failed or JobState.Cancelled;

    // Whatever says nothing about the request is tried again.
    private async Task<T> AskAsync<T>(Func<AsyncUnaryCall<T>> call)
    {
        while (true)
        {
            try
            {
                return await call();
            }
            catch (RpcException error) when (error.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Cancelled)
            {
                await process.Pass(chance.Seconds(0.1, 5));
            }
        }
    }
}
