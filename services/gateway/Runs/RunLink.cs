using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Platform.Contracts.Broker.V1;
using Platform.Contracts.Hub.V1;
using Platform.Gateway.Jobs;
using Platform.ServiceDefaults;
using Platform.Toolchains.Options;

namespace Platform.Gateway.Runs;

/// <summary>Keeps a profile or inference job and its run at the broker in step. Every call may be repeated; every answer may be late.</summary>
internal sealed class RunLink(GatewayStore store, JobWriter writer, RunRequests requests, DeviceBroker.DeviceBrokerClient broker, LimitSettings limits)
{
    public static string RunIdOf(string jobId, long epoch) => $"{jobId}-{epoch}";

    /// <summary>Makes sure that the run exists, and takes over what the broker knows of it.</summary>
    /// <param name="job">The job.</param>
    /// <param name="isNew">Whether the run was asked for just now: the broker need not be asked for it first, which answers one that it has as it is.</param>
    /// <param name="cancellation">Cancellation.</param>
    /// <returns>Whether there was any news.</returns>
    /// <exception cref="FailureException">What the job names is gone: it cannot run.</exception>
    public async Task<bool> ReconcileAsync(Job job, bool isNew, CancellationToken cancellation)
    {
        var run = (isNew ? null : await FindAsync(job, cancellation))
            ?? await requests.EnqueueAsync(await RunOfAsync(job, cancellation), cancellation);
        return await TakeOverAsync(job.Owner, run, cancellation);
    }

    private async Task<Run?> FindAsync(Job job, CancellationToken cancellation)
    {
        try
        {
            return await broker.GetRunAsync(new GetRunRequest { OrganizationId = job.Owner, RunId = RunIdOf(job.Id, job.Epoch) }, cancellationToken: cancellation);
        }
        catch (RpcException error) when (error.StatusCode == StatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Applies the broker's view of a run to its job; late news of an earlier epoch changes nothing.</summary>
    /// <returns>Whether there was any news.</returns>
    public async Task<bool> TakeOverAsync(string owner, Run run, CancellationToken cancellation)
    {
        var happened = new List<JobEvent>();
        if (run.DeviceId.Length > 0 && run.State is RunState.Assigned or RunState.Running or RunState.Succeeded or RunState.Failed)
        {
            // Of a short run the end may be the first word.
            happened.Add(new JobEvent.DeviceAssigned(run.JobEpoch, run.DeviceId, ProtoJson.Format(run.Device ?? new Device())));
        }

        if (run.State == RunState.Running)
        {
            happened.Add(new JobEvent.Started(run.JobEpoch));
        }

        if (EventOf(run, await ReportIdAsync(owner, run, cancellation)) is { } ended)
        {
            // Before the job: a gateway that dies in between does both again.
            await RecordAsync(owner, run, cancellation);
            happened.Add(ended);
        }

        if (happened.Count > 0 && await writer.ApplyAsync(owner, run.JobId, [.. happened], cancellation) is null && run.State is RunState.Assigned or RunState.Running)
        {
            await StopUnwantedAsync(owner, run, cancellation);
        }

        return happened.Count > 0;
    }

    // A job that was cancelled while its run was on its way to the broker: there was nothing to cancel there yet.
    private async Task StopUnwantedAsync(string owner, Run run, CancellationToken cancellation)
    {
        if (await writer.GetAsync(owner, run.JobId, cancellation) is { } job && job.Phase.IsTerminal() && job.Epoch == run.JobEpoch)
        {
            await CancelAsync(job, cancellation);
        }
    }

    /// <summary>Takes the device away from a job that has ended without it.</summary>
    public async Task CancelAsync(Job job, CancellationToken cancellation)
    {
        if (!job.Kind.IsNodeWork() && job.Epoch > 0)
        {
            try
            {
                await broker.CancelRunAsync(new CancelRunRequest { OrganizationId = job.Owner, RunId = RunIdOf(job.Id, job.Epoch) }, cancellationToken: cancellation);
            }
            catch (RpcException error) when (error.StatusCode == StatusCode.NotFound)
            {
                // The run never reached the broker: nothing holds a device.
                return;
            }
        }
    }

    private static JobEvent? EventOf(Run run, string? reportId) => run.State switch
    {
        RunState.Succeeded => new JobEvent.AttemptSucceeded(run.JobEpoch, RunMapping.ToOutcome(run.Result, reportId)),
        RunState.Failed => new JobEvent.AttemptFailed(run.JobEpoch, RunMapping.ToJobFailure(run.Failure), RunMapping.RetryOf(run.Failure.Code), run.Result?.LogBlobId),
        _ => null,
    };

    private async Task<string?> ReportIdAsync(string owner, Run run, CancellationToken cancellation) => run.State == RunState.Succeeded
        ? await StoredReport.SaveAsync(store, owner, run.JobId, run.JobEpoch, run.Result.ProfileJson, cancellation)
        : null;

    private async Task RecordAsync(string owner, Run run, CancellationToken cancellation)
    {
        var attempt = new Attempt
        {
            Id = Attempt.IdOf(run.JobId, run.JobEpoch),
            Owner = owner,
            JobId = run.JobId,
            Epoch = run.JobEpoch,
            Worker = run.DeviceId,
            StartedAt = run.StartedAt?.ToDateTimeOffset() ?? DateTimeOffset.UnixEpoch,
            EndedAt = run.EndedAt?.ToDateTimeOffset(),
            Outcome = run.State == RunState.Succeeded ? "succeeded" : "failed",
            Failure = run.Failure is null ? null : RunMapping.ToJobFailure(run.Failure),
            LogBlobId = run.Result?.LogBlobId,
        };
        await store.Attempts.For(owner).InsertAsync(attempt, cancellation);
    }

    private async Task<Run> RunOfAsync(Job job, CancellationToken cancellation)
    {
        var spec = JobSpecs.Of(job);
        string modelId = spec.Profile?.ModelId ?? spec.Inference.ModelId;
        var model = (await store.Models.For(job.Owner).GetAsync(modelId, cancellation))?.Value ?? throw new FailureException(FailureCode.NotFound, $"there is no model {modelId}");
        string blob = model.BlobId ?? throw new FailureException(FailureCode.AssetNotReady, $"model {modelId} cannot be used: it is {model.State}");
        var run = new RunSpec
        {
            JobType = spec.Profile is null ? JobType.Inference : JobType.Profile,
            ModelBlobId = blob,
            ModelSha256 = model.Sha256,
            ModelBytes = model.Size,
            ModelFilename = model.FileName,
            ModelType = ModelTypes.Parse(model.ModelType),
            Device = spec.Profile?.Device ?? spec.Inference.Device,
            Options = spec.Profile?.Options ?? spec.Inference.Options,
            TimeoutSeconds = limits.Of(HubLimits.RunSeconds),
            MemoryBytes = limits.Of(HubLimits.RunMemoryBytes),
        };
        run.CheckedOptions.Add(CheckedOptions.Of(run.Options, run.JobType == JobType.Profile ? JobKinds.Profile : JobKinds.Inference).ToDictionary());
        run.Inputs.AddRange(ProtoJson.ParseAll<TensorSpec>(model.Inputs));
        if (spec.Inference is { } inference && (await store.Datasets.For(job.Owner).GetAsync(inference.DatasetId, cancellation))?.Value is { } dataset)
        {
            run.DatasetBlobId = dataset.BlobId ?? throw new FailureException(FailureCode.AssetNotReady, $"dataset {inference.DatasetId} cannot be used: it is {dataset.State}");
            run.DatasetSha256 = dataset.Sha256;
            run.DatasetBytes = dataset.Size;
            run.DatasetFilename = dataset.FileName;
        }

        return new Run { RunId = RunIdOf(job.Id, job.Epoch), OrganizationId = job.Owner, JobId = job.Id, JobEpoch = (uint)job.Epoch, Spec = run, TraceParent = job.TraceParent ?? "", SubmittedAt = job.CreatedAt.ToTimestamp() };
    }
}
