using Platform.Budgets;
using Platform.DeviceBroker.Devices;
using Platform.DeviceBroker.Hosts;
using Platform.DeviceBroker.Runs;
using Platform.DeviceBroker.Scheduling;
using Platform.Store;

namespace Platform.DeviceBroker;

/// <summary>The service's own collections.</summary>
[DataTable("Collections and indexes: one declaration each.")]
internal sealed class BrokerStore([FromKeyedServices("broker")] IDocumentStore store)
{
    private static readonly CollectionDefinition<StoredDevice> s_devices = new(
        "devices", device => device.Id, device => device.Owner,
        new IndexDefinition<StoredDevice>("host", device => IndexKey.Of(device.HostId), CrossTenant: true),
        new IndexDefinition<StoredDevice>("seen", device => device.State == DeviceState.Offline ? null : IndexKey.Of(device.SeenAt), CrossTenant: true),
        new IndexDefinition<StoredDevice>("name", device => IndexKey.Of(device.Name), CrossTenant: true)) { RemembersWrites = true };

    private static readonly CollectionDefinition<StoredRun> s_runs = new(
        "runs", run => run.Id, run => run.Owner,
        new IndexDefinition<StoredRun>("active", run => run.HasEnded ? null : IndexKey.Of(run.QueuedAt), CrossTenant: true),
        new IndexDefinition<StoredRun>("unreported", run => run.Unreported ? IndexKey.Of(run.Id) : null, CrossTenant: true)) { RemembersWrites = true };

    private static readonly CollectionDefinition<RunLogChunk> s_logs = new(
        "run_log_chunks", chunk => chunk.Id, chunk => chunk.Owner,
        new IndexDefinition<RunLogChunk>("place", chunk => IndexKey.Of(chunk.RunId, chunk.Offset), Unique: true));

    private static readonly CollectionDefinition<StoredHost> s_hosts = new(
        "hosts", host => host.Id, host => host.Owner,
        new IndexDefinition<StoredHost>("seen", host => IndexKey.Of(host.SeenAt), CrossTenant: true));

    private static readonly CollectionDefinition<StoredUsage> s_usage = new(
        "usage", usage => usage.Id, usage => usage.Owner,
        new IndexDefinition<StoredUsage>("at", usage => IndexKey.Of(usage.At), CrossTenant: true));

    public Collection<StoredDevice> Devices { get; } = new(store, s_devices);

    public Collection<StoredRun> Runs { get; } = new(store, s_runs);

    public Collection<RunLogChunk> Logs { get; } = new(store, s_logs);

    public Collection<StoredHost> Hosts { get; } = new(store, s_hosts);

    public Collection<StoredUsage> Usage { get; } = new(store, s_usage);

    public Task OpenAsync(CancellationToken cancellation) => store.OpenAsync([s_devices.Schema, s_runs.Schema, s_logs.Schema, s_hosts.Schema, s_usage.Schema], cancellation);
}
