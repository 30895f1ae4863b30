using Platform.Contracts.Hub.V1;
using Platform.Gateway.Datasets;
using Platform.Gateway.Identity;
using Platform.ServiceDefaults;
using Platform.Store;
using ArtifactClient = Platform.Contracts.Artifact.V1.Artifact.ArtifactClient;

namespace Platform.Gateway.Operation;

/// <summary>What operators ask for: usage, garbage, backup.</summary>
internal sealed class OperationService(GatewayStore store, ArtifactClient artifact, DatasetService datasets, IEnumerable<BackupSource> backups)
{
    public async Task<Usage> UsageAsync(CallerIdentity caller, CancellationToken cancellation)
    {
        var blobs = await artifact.GetUsageAsync(new Contracts.Artifact.V1.GetUsageRequest { OrganizationId = caller.Owner }, cancellationToken: cancellation);
        return new Usage
        {
            BlobBytes = blobs.Bytes,
            Blobs = blobs.Blobs,
            DiskFreeBytes = blobs.DiskFreeBytes,
            Models = await CountAsync(store.Models.For(caller.Owner), cancellation),
            Datasets = await CountAsync(store.Datasets.For(caller.Owner), cancellation),
            Jobs = await CountAsync(store.Jobs.For(caller.Owner), cancellation),
        };
    }

    public async Task<GarbageReport> CollectAsync(CallerIdentity caller, CancellationToken cancellation)
    {
        RequireOperator(caller);
        int expired = await datasets.ExpireAsync(cancellation);
        var garbage = await artifact.CollectGarbageAsync(new Contracts.Artifact.V1.CollectGarbageRequest(), cancellationToken: cancellation);
        return new GarbageReport { Blobs = garbage.Blobs, Bytes = garbage.Bytes, Uploads = garbage.Uploads, Datasets = expired };
    }

    /// <summary>Copies every database of the embedded host while it is in use; and the blobs beside them.</summary>
    public async Task<Backup> BackUpAsync(CallerIdentity caller, string folder, CancellationToken cancellation)
    {
        RequireOperator(caller);
        if (!Path.IsPathRooted(folder) || Path.Exists(folder))
        {
            throw new FailureException(FailureCode.ArgumentInvalid, $"'{folder}' must be an absolute path where nothing is yet");
        }

        Directory.CreateDirectory(folder);
        foreach (var source in backups.OrderBy(source => source.Order))
        {
            await source.CopyAsync(folder, cancellation);
        }

        double bytes = new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => (double)file.Length);
        return new Backup { Folder = folder, Bytes = bytes };
    }

    public static void RequireOperator(CallerIdentity caller)
    {
        if (!caller.IsOperator)
        {
            throw new FailureException(FailureCode.PermissionDenied, "only an operator's token may do this");
        }
    }

    private static async Task<int> CountAsync<T>(OwnedCollection<T> collection, CancellationToken cancellation)
        where T : class
    {
        int count = 0;
        IndexPosition? after = null;
        do
        {
            var page = await collection.QueryAsync("created", ReadOnlyMemory<object>.Empty, new PageRequest(PageRequest.LargestLimit, After: after), cancellation);
            count += page.Items.Count;
            after = page.Next;
        }
        while (after is not null);

        return count;
    }
}
