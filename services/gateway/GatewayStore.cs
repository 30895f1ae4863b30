using Platform.Budgets;
using Platform.Gateway.Audit;
using Platform.Gateway.Datasets;
using Platform.Gateway.Events;
using Platform.Gateway.Identity;
using Platform.Gateway.Jobs;
using Platform.Gateway.Models;
using Platform.Gateway.Nodes;
using Platform.Gateway.Quarantine;
using Platform.Gateway.Subscriptions;
using Platform.Store;

namespace Platform.Gateway;

/// <summary>The service's own collections and their indexes.</summary>
[DataTable("Collections and indexes: one declaration each.")]
internal sealed class GatewayStore([FromKeyedServices("gateway")] IDocumentStore store)
{
    private static readonly CollectionDefinition<Job> s_jobs = new(
        "jobs", job => job.Id, job => job.Owner,
        new IndexDefinition<Job>("idempotency", job => IndexKey.Of(job.IdempotencyKey), Unique: true),
        new IndexDefinition<Job>("created", job => job.Kind == JobKind.Inspect ? null : IndexKey.Of(job.CreatedAt)),
        new IndexDefinition<Job>("unfinished", job => job.Phase.IsTerminal() ? null : IndexKey.Of(job.CreatedAt)),
        new IndexDefinition<Job>("due", job => job.NextAt is { } at && !job.Phase.IsTerminal() ? IndexKey.Of(at) : null, CrossTenant: true),
        new IndexDefinition<Job>("owed", job => job.Effects.Count > 0 || job.CleanUp ? IndexKey.Of(job.Id) : null, CrossTenant: true),
        new IndexDefinition<Job>("queued_for", job => job.Phase == Phase.Queued && job.StepKey is not null ? IndexKey.Of(job.StepKey, job.Owner, job.CreatedAt) : null, CrossTenant: true),
        new IndexDefinition<Job>("held", job => job.Phase.IsHeld() && job.Kind.IsNodeWork() ? IndexKey.Of(job.Lease!.Holder) : null, CrossTenant: true),
        new IndexDefinition<Job>("in_flight", job => IsLeader(job) ? IndexKey.Of(job.CacheKey!) : null, Unique: true),
        new IndexDefinition<Job>("shared", job => job.SharedWith is { } leader ? IndexKey.Of(leader) : null),
        new IndexDefinition<Job>("output", job => (job.TargetModelId ?? job.OutputDatasetId) is { } output ? IndexKey.Of(output) : null, Unique: true),
        new IndexDefinition<Job>("waiting", job => job.Phase == Phase.Waiting ? IndexKey.Of(job.Upstream[0]) : null)) { RemembersWrites = true };

    private static readonly CollectionDefinition<Attempt> s_attempts = new(
        "attempts", attempt => attempt.Id, attempt => attempt.Owner,
        new IndexDefinition<Attempt>("job", attempt => IndexKey.Of(attempt.JobId, attempt.Epoch)));

    private static readonly CollectionDefinition<CachedResult> s_cache = new("cache", result => result.Id, result => result.Owner);

    private static readonly CollectionDefinition<StoredReport> s_reports = new("reports", report => report.Id, report => report.Owner);

    private static readonly CollectionDefinition<StoredModel> s_models = new(
        "models", model => model.Id, model => model.Owner,
        new IndexDefinition<StoredModel>("created", model => model.State == AssetState.Erased || model.IsWithdrawn ? null : IndexKey.Of(model.CreatedAt)));

    private static readonly CollectionDefinition<StoredDataset> s_datasets = new(
        "datasets", dataset => dataset.Id, dataset => dataset.Owner,
        new IndexDefinition<StoredDataset>("created", dataset => dataset.State == AssetState.Erased || dataset.IsWithdrawn ? null : IndexKey.Of(dataset.CreatedAt)),
        new IndexDefinition<StoredDataset>("expiry", dataset => dataset.State == AssetState.Ready ? IndexKey.Of(dataset.ExpiresAt) : null, CrossTenant: true));

    private static readonly CollectionDefinition<LoggedEvent> s_events = new(
        "events", logged => logged.Id, logged => logged.Owner,
        new IndexDefinition<LoggedEvent>("seq", logged => IndexKey.Of(logged.Seq), Unique: true),
        new IndexDefinition<LoggedEvent>("cause", logged => IndexKey.Of(logged.JobId, logged.Ver, logged.N), Unique: true));

    private static readonly CollectionDefinition<LogChunkDocument> s_logs = new(
        "log_chunks", chunk => chunk.Id, chunk => chunk.Owner,
        new IndexDefinition<LogChunkDocument>("place", chunk => IndexKey.Of(chunk.JobId, chunk.Epoch, chunk.Offset), Unique: true));

    private static readonly CollectionDefinition<StoredOrganization> s_organizations = new(
        "organizations", organization => organization.Id, organization => organization.Owner,
        new IndexDefinition<StoredOrganization>("name", organization => IndexKey.Of(organization.Name), Unique: true, CrossTenant: true));

    private static readonly CollectionDefinition<StoredToken> s_tokens = new(
        "tokens", token => token.Id, token => token.Owner,
        new IndexDefinition<StoredToken>("created", token => IndexKey.Of(token.CreatedAt)));

    private static readonly CollectionDefinition<StoredNode> s_nodes = new(
        "nodes", node => node.Id, node => node.Owner,
        new IndexDefinition<StoredNode>("seen", node => IndexKey.Of(node.SeenAt), CrossTenant: true));

    private static readonly CollectionDefinition<StoredSubscription> s_subscriptions = new(
        "subscriptions", subscription => subscription.Id, subscription => subscription.Owner,
        new IndexDefinition<StoredSubscription>("of", subscription => IndexKey.Of(subscription.CreatedAt)),
        new IndexDefinition<StoredSubscription>("active", subscription => subscription.DisabledReason is null ? IndexKey.Of(subscription.Id) : null, CrossTenant: true));

    private static readonly CollectionDefinition<StoredAudit> s_audit = new(
        "audit", line => line.Id, line => line.Owner,
        new IndexDefinition<StoredAudit>("of", line => IndexKey.Of(line.At)),
        new IndexDefinition<StoredAudit>("at", line => IndexKey.Of(line.At), CrossTenant: true));

    private static readonly CollectionDefinition<StoredQuarantine> s_quarantines = new("quarantines", file => file.Id, file => file.Owner);

    public Collection<Job> Jobs { get; } = new(store, s_jobs);

    public Collection<Attempt> Attempts { get; } = new(store, s_attempts);

    public Collection<CachedResult> Cache { get; } = new(store, s_cache);

    public Collection<StoredReport> Reports { get; } = new(store, s_reports);

    public Collection<StoredModel> Models { get; } = new(store, s_models);

    public Collection<StoredDataset> Datasets { get; } = new(store, s_datasets);

    public Collection<LoggedEvent> Events { get; } = new(store, s_events);

    public Collection<LogChunkDocument> Logs { get; } = new(store, s_logs);

    public Collection<StoredOrganization> Organizations { get; } = new(store, s_organizations);

    public Collection<StoredToken> Tokens { get; } = new(store, s_tokens);

    public Collection<StoredNode> Nodes { get; } = new(store, s_nodes);

    public Collection<StoredSubscription> Subscriptions { get; } = new(store, s_subscriptions);

    public Collection<StoredAudit> Audit { get; } = new(store, s_audit);

    public Collection<StoredQuarantine> Quarantines { get; } = new(store, s_quarantines);

    public IDocumentStore Adapter => store;

    public Task OpenAsync(CancellationToken cancellation) => store.OpenAsync(
        [
            s_jobs.Schema, s_attempts.Schema, s_cache.Schema, s_reports.Schema, s_models.Schema, s_datasets.Schema, s_events.Schema,
            s_logs.Schema, s_organizations.Schema, s_tokens.Schema, s_nodes.Schema, s_subscriptions.Schema, s_audit.Schema, s_quarantines.Schema,
        ],
        cancellation);

    // Followers carry the key too, but only the one that runs stands in the index: its uniqueness is what makes the run shared.
    private static bool IsLeader(Job job) => job is { CacheKey: not null, CacheHit: false, BypassCache: false, Phase: Phase.Queued or Phase.Assigned or Phase.Running or Phase.Finalizing }
        && job.Kind.IsNodeWork();
}
