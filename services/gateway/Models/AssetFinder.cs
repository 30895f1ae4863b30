using Platform.Contracts.Hub.V1;
using Platform.Gateway.Datasets;
using Platform.ServiceDefaults;
using Platform.Store;

namespace Platform.Gateway.Models;

/// <summary>Finds models and datasets by id, promised ones included; what belongs to others does not exist.</summary>
internal sealed class AssetFinder(GatewayStore store)
{
    public async Task<StoredModel?> ModelAsync(string owner, string id, CancellationToken cancellation) =>
        (await store.Models.For(owner).GetAsync(id, cancellation))?.Value
            ?? (await ProducerAsync(owner, id, cancellation) is { TargetModelId: not null } job ? ReservedAssets.ModelOf(job) : null);

    public async Task<StoredDataset?> DatasetAsync(string owner, string id, CancellationToken cancellation) =>
        (await store.Datasets.For(owner).GetAsync(id, cancellation))?.Value
            ?? (await ProducerAsync(owner, id, cancellation) is { OutputDatasetId: not null } job ? ReservedAssets.DatasetOf(job) : null);

    public async Task<StoredModel> RequireModelAsync(string owner, string id, CancellationToken cancellation) =>
        await ModelAsync(owner, id, cancellation) ?? throw new FailureException(FailureCode.NotFound, $"there is no model {id}");

    public async Task<StoredDataset> RequireDatasetAsync(string owner, string id, CancellationToken cancellation) =>
        await DatasetAsync(owner, id, cancellation) ?? throw new FailureException(FailureCode.NotFound, $"there is no dataset {id}");

    private async Task<Job?> ProducerAsync(string owner, string id, CancellationToken cancellation)
    {
        if ((await store.Jobs.For(owner).GetAsync(OutputIds.JobOf(id), cancellation))?.Value is { } job && (job.TargetModelId == id || job.OutputDatasetId == id))
        {
            return job;
        }

        // Earlier versions named outputs freely.
        var page = await store.Jobs.For(owner).QueryAsync("output", new object[] { id }, new PageRequest(1), cancellation);
        return page.Items.Count > 0 ? page.Items[0].Value : null;
    }
}
