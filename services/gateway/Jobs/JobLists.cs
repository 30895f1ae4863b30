using Platform.Contracts.Hub.V1;
using Platform.Gateway.Identity;
using Platform.ServiceDefaults;
using Platform.Store;

namespace Platform.Gateway.Jobs;

/// <summary>Pages of lists: newest first, by cursor or by offset and limit, filtered.</summary>
internal sealed class JobLists(GatewayStore store, LimitSettings limits)
{
    private const int DefaultLimit = 50;

    public Task<(IReadOnlyList<Job> Items, string Next)> JobsAsync(CallerIdentity caller, ListJobsRequest request, CancellationToken cancellation) => PageAsync(
        store.Jobs.For(caller.Owner),
        job => (request.Types_.Count == 0 || request.Types_.Contains(JobViews.TypeOf(job.Kind)))
            && (request.States.Count == 0 || request.States.Contains(JobViews.StateOf(job)))
            && (request.Creator.Length == 0 || request.Creator == job.Creator),
        new ListWindow(request.Limit, request.Cursor, request.Offset), cancellation);

    public Task<(IReadOnlyList<Models.StoredModel> Items, string Next)> ModelsAsync(CallerIdentity caller, ListModelsRequest request, CancellationToken cancellation) => PageAsync(
        store.Models.For(caller.Owner),
        model => (request.ModelType == ModelType.Unspecified || ModelTypes.Parse(model.ModelType) == request.ModelType)
            && (request.Creator.Length == 0 || request.Creator == model.Creator),
        new ListWindow(request.Limit, request.Cursor, request.Offset), cancellation);

    public Task<(IReadOnlyList<Datasets.StoredDataset> Items, string Next)> DatasetsAsync(CallerIdentity caller, ListDatasetsRequest request, CancellationToken cancellation) => PageAsync(
        store.Datasets.For(caller.Owner), _ => true, new ListWindow(request.Limit, request.Cursor, request.Offset), cancellation);

    private async Task<(IReadOnlyList<T> Items, string Next)> PageAsync<T>(OwnedCollection<T> collection, Func<T, bool> wanted, ListWindow window, CancellationToken cancellation)
        where T : class
    {
        int limit = window.Limit(DefaultLimit, (int)limits.Of(HubLimits.PageSize));
        int skip = window.Offset;
        var found = new List<T>();
        var after = window.After;
        do
        {
            var page = await collection.QueryAsync("created", ReadOnlyMemory<object>.Empty, new PageRequest(limit * 2, Descending: true, After: after), cancellation);
            foreach (var item in page.Items)
            {
                if (wanted(item.Value) && skip-- <= 0)
                {
                    found.Add(item.Value);
                }
            }

            after = page.Next;
        }
        while (after is not null && found.Count <= limit);

        return found.Count > limit ? (found.GetRange(0, limit), window.CursorAfter(found[limit - 1])) : (found, "");
    }
}
