using Platform.Contracts.Hub.V1;
using Platform.Gateway.Datasets;
using Platform.Gateway.Jobs;
using Platform.Gateway.Models;
using Platform.ServiceDefaults;

namespace Platform.Gateway.Submission;

/// <summary>Checks that the models and datasets of a submission can be used, now or when another job has ended.</summary>
internal sealed class AssetChecks(AssetFinder assets, ReadyModels ready, GatewayStore store, TimeProvider clock)
{
    /// <summary>The model, when its inputs and outputs are known; null when it has to be waited for or was refused.</summary>
    public async Task<StoredModel?> ModelAsync(string owner, string id, SubmissionDraft draft, CancellationToken cancellation)
    {
        if (ready.Recall(owner, id) is { } known)
        {
            return known;
        }

        var model = await assets.ModelAsync(owner, id, cancellation) ?? throw new FailureException(FailureCode.NotFound, $"there is no model {id}");
        if (model.State == AssetState.Ready && await StaysAsync(owner, model.ProducerJobId, cancellation))
        {
            ready.Remember(model);
            return model;
        }

        Wait(model.State, model.State is AssetState.Reserved or AssetState.Ready ? model.ProducerJobId : model.InspectionJobId, $"model {id}", model.Failure?.Message, draft);
        return null;
    }

    /// <summary>The dataset, when its tensors are known; null when it has to be waited for or was refused.</summary>
    public async Task<StoredDataset?> DatasetAsync(string owner, string id, SubmissionDraft draft, CancellationToken cancellation)
    {
        var dataset = await assets.DatasetAsync(owner, id, cancellation) ?? throw new FailureException(FailureCode.NotFound, $"there is no dataset {id}");
        if (dataset.ExpiresAt <= clock.GetUtcNow())
        {
            draft.Refuse(FailureCode.DatasetExpired, $"dataset {id} expired at {dataset.ExpiresAt:u}", id);
            return null;
        }

        if (dataset.State == AssetState.Ready && await StaysAsync(owner, dataset.ProducerJobId, cancellation))
        {
            return dataset;
        }

        Wait(dataset.State, dataset.State is AssetState.Reserved or AssetState.Ready ? dataset.ProducerJobId : dataset.InspectionJobId, $"dataset {id}", dataset.Failure?.Message, draft);
        return null;
    }

    // An output stands there a moment before its job has ended; who cancels the job in that moment has it withdrawn, a moment after the end.
    private async Task<bool> StaysAsync(string owner, string? producer, CancellationToken cancellation) =>
        producer is not { Length: > 0 } || await store.Jobs.For(owner).GetAsync(producer, cancellation) is null or { Value.Phase: Phase.Success };

    private static void Wait(AssetState state, string? jobId, string what, string? why, SubmissionDraft draft)
    {
        if (state is AssetState.Reserved or AssetState.Uploading or AssetState.Ready && jobId is not null)
        {
            draft.Upstream.Add(jobId);
        }
        else
        {
            string reason = state == AssetState.Uploading ? "its upload is not complete" : why ?? $"it is {state}";
            draft.Refuse(FailureCode.AssetNotReady, $"{what} cannot be used: {reason}", what.Split(' ')[1]);
        }
    }
}
