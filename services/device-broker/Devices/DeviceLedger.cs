using Platform.Contracts.Hub.V1;
using Platform.Store;

namespace Platform.DeviceBroker.Devices;

/// <summary>Reads and changes devices.</summary>
internal sealed class DeviceLedger(BrokerStore store)
{
    /// <summary>Devices that an organization may use and that match, in the order of their names.</summary>
    public async Task<IReadOnlyList<StoredDevice>> MatchingAsync(string owner, DeviceSelector selector, CancellationToken cancellation)
    {
        var page = await store.Devices.AsSystem().QueryAsync("name", ReadOnlyMemory<object>.Empty, new PageRequest(PageRequest.LargestLimit), cancellation);
        return [.. page.Items.Select(item => item.Value).Where(device => MayUse(owner, device) && device.Health != DeviceHealth.Retired && DeviceMatching.Matches(device, selector))];
    }

    public async Task<IReadOnlyList<StoredDevice>> OfHostAsync(string hostId, CancellationToken cancellation)
    {
        var page = await store.Devices.AsSystem().QueryAsync("host", new object[] { hostId }, new PageRequest(PageRequest.LargestLimit), cancellation);
        return [.. page.Items.Select(item => item.Value)];
    }

    public async Task<StoredDevice?> FindAsync(string id, CancellationToken cancellation) => (await ReadAsync(id, cancellation))?.Value;

    /// <summary>A device and its version, for a change that follows at once.</summary>
    public Task<Versioned<StoredDevice>?> ReadAsync(string id, CancellationToken cancellation) => store.Devices.AsSystem().FindAsync(id, cancellation);

    /// <summary>The same as this broker wrote it last, if it says what is asked for: enough for a compare-and-swap; else as it is read.</summary>
    public async Task<Versioned<StoredDevice>?> ReadAsync(string id, Func<StoredDevice, bool> says, CancellationToken cancellation) =>
        store.Devices.For(StoredDevice.PublicOwner).Recent(id) is { } written && says(written.Value) ? written : await ReadAsync(id, cancellation) is { } read && says(read.Value) ? read : null;

    public Task<Versioned<StoredDevice>?> UpdateAsync(StoredDevice device, Func<StoredDevice, StoredDevice?> change, CancellationToken cancellation) =>
        store.Devices.For(device.Owner).UpdateAsync(device.Id, change, cancellation);

    /// <summary>The same for a device that was just read.</summary>
    public Task<Versioned<StoredDevice>?> UpdateAsync(Versioned<StoredDevice> read, Func<StoredDevice, StoredDevice?> change, CancellationToken cancellation) =>
        store.Devices.For(read.Value.Owner).UpdateAsync(read, change, cancellation);

    /// <summary>Frees a device that still waits for the run it was reserved for; nothing when it has gone on.</summary>
    public Task ReleaseAsync(StoredDevice reserved, CancellationToken cancellation) =>
        UpdateAsync(reserved, current => current.IsHeldUnder(reserved.Epoch) ? current with { State = DeviceState.Idle, RunId = null, RunOwner = null } : null, cancellation);

    public static bool MayUse(string owner, StoredDevice device) => device.Owner == StoredDevice.PublicOwner || device.Owner == owner;
}
