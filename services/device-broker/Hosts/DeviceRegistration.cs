using Microsoft.Extensions.Options;
using Platform.Contracts.Broker.V1;
using Platform.DeviceBroker.Devices;

namespace Platform.DeviceBroker.Hosts;

/// <summary>Writes down hosts and their devices as hosts report them.</summary>
internal sealed class DeviceRegistration(BrokerStore store, DeviceLedger devices, IOptions<BrokerOptions> options, TimeProvider clock)
{
    /// <summary>Writes down what a host says of itself.</summary>
    /// <returns>
    /// Whether an operator keeps new runs away from it, its last start (a call of another one is late, or the first of a new one), and its
    /// devices as they are now.
    /// </returns>
    public async Task<(bool IsDrained, string LastBoot, IReadOnlyList<StoredDevice> Devices)> SeenAsync(SynchronizeRequest request, CancellationToken cancellation)
    {
        var (drained, lastBoot) = await HostSeenAsync(request, cancellation);
        if (lastBoot != request.BootId)
        {
            return (drained, lastBoot, []);
        }

        var known = await devices.OfHostAsync(request.HostId, cancellation);
        var byId = known.ToDictionary(device => device.Id);
        bool[] changed = await Task.WhenAll(request.Devices.Select(attached => DeviceSeenAsync(request, attached, byId.GetValueOrDefault(attached.DeviceId), cancellation)));

        // What the host no longer reaches is offline, whatever it was doing.
        var reached = request.Devices.Select(device => device.DeviceId).ToHashSet(StringComparer.Ordinal);
        var lost = known.Where(device => !reached.Contains(device.Id) && device.State is DeviceState.Idle).ToList();
        foreach (var gone in lost)
        {
            await devices.UpdateAsync(gone, device => device with { State = DeviceState.Offline, Since = clock.GetUtcNow(), HealthReason = "its host does not reach it" }, cancellation);
        }

        return (drained, lastBoot, lost.Count > 0 || changed.Contains(true) ? await devices.OfHostAsync(request.HostId, cancellation) : known);
    }

    /// <summary>The last start of a host.</summary>
    public async Task<string> LastBootAsync(string id, CancellationToken cancellation) => (await store.Hosts.For(StoredHost.SystemOwner).GetAsync(id, cancellation))?.Value.Boot ?? "";

    private async Task<(bool Drained, string LastBoot)> HostSeenAsync(SynchronizeRequest request, CancellationToken cancellation)
    {
        var host = new StoredHost
        {
            Id = request.HostId,
            Name = request.Name,
            Boot = request.BootId,
            SeenAt = clock.GetUtcNow(),
            Sandbox = request.Sandbox,
            Draining = request.Draining,
            Tools = [.. request.Tools.Select(BrokerJson.Format)],
        };
        var hosts = store.Hosts.For(StoredHost.SystemOwner);
        var known = await hosts.GetAsync(host.Id, cancellation);
        if (known is null)
        {
            bool first = (await hosts.InsertAsync(host, cancellation)).Inserted;
            return (false, first ? host.Boot : await LastBootAsync(host.Id, cancellation));
        }

        bool drained = known.Value.Drain is not null;
        if (known.Value.Boot != host.Boot)
        {
            // Only a process that lives can name the start before it: a call that was long on its way cannot.
            await hosts.UpdateAsync(host.Id, last => last.Boot == request.AfterBoot ? host with { Unknown = last.Unknown, Drain = last.Drain } : null, cancellation);
            return (drained, await LastBootAsync(host.Id, cancellation));
        }

        if (host.SeenAt - known.Value.SeenAt >= options.Value.Heartbeat || !known.Value.Tools.SequenceEqual(host.Tools))
        {
            await hosts.ReplaceIfVersionAsync(host with { Unknown = known.Value.Unknown, Drain = known.Value.Drain }, known.Version, cancellation);
        }

        return (drained, host.Boot);
    }

    private async Task<bool> DeviceSeenAsync(SynchronizeRequest request, AttachedDevice attached, StoredDevice? ofHost, CancellationToken cancellation)
    {
        if (ofHost is not null && Seen(ofHost, request, attached) is null)
        {
            return false;
        }

        if ((ofHost ?? await devices.FindAsync(attached.DeviceId, cancellation)) is { } known)
        {
            await devices.UpdateAsync(known, device => Seen(device, request, attached), cancellation);
        }
        else
        {
            await store.Devices.For(StoredDevice.PublicOwner).InsertAsync(New(request, attached), cancellation);
        }

        return true;
    }

    private StoredDevice New(SynchronizeRequest request, AttachedDevice attached) => new()
    {
        Id = attached.DeviceId,
        Owner = StoredDevice.PublicOwner,
        HostId = request.HostId,
        HostBoot = request.BootId,
        Name = attached.Name,
        Os = attached.Os,
        Attributes = ChipFacts.AttributesOf(attached),
        Families = ChipFacts.FamiliesOf(attached),
        Proxies = ChipFacts.ProxiesOf(attached),
        Emulated = attached.Emulated,
        State = attached.Dirty ? DeviceState.Cleaning : DeviceState.Idle,
        Health = attached.HealthProblem.Length > 0 ? DeviceHealth.Bad : DeviceHealth.Unknown,
        HealthReason = attached.HealthProblem,
        Epoch = attached.DeviceEpoch,
        Since = clock.GetUtcNow(),
        SeenAt = clock.GetUtcNow(),
    };

    private StoredDevice? Seen(StoredDevice device, SynchronizeRequest request, AttachedDevice attached)
    {
        var seen = device with
        {
            HostId = request.HostId,
            Name = attached.Name,
            Os = attached.Os,
            Attributes = Kept(device.Attributes, ChipFacts.AttributesOf(attached)),
            Families = Kept(device.Families, ChipFacts.FamiliesOf(attached)),
            Proxies = Kept(device.Proxies, ChipFacts.ProxiesOf(attached)),
            Emulated = attached.Emulated,

            // A database restored from a backup knows less than the host: the epoch never falls.
            Epoch = Math.Max(device.Epoch, attached.DeviceEpoch),
            State = device.State == DeviceState.Offline ? (device.RunId is null && !attached.Dirty ? DeviceState.Idle : DeviceState.Cleaning) : device.State,
        };
        seen = attached.HealthProblem.Length > 0
            ? seen with { Health = DeviceHealth.Bad, HealthReason = attached.HealthProblem }
            : seen;
        bool stale = clock.GetUtcNow() - device.SeenAt >= options.Value.Heartbeat;
        return seen == device && !stale ? null : seen with { SeenAt = clock.GetUtcNow() };
    }

    // Records compare lists by reference: an equal one is no change to write down.
    private static IReadOnlyList<string> Kept(IReadOnlyList<string> known, IReadOnlyList<string> now) => known.SequenceEqual(now) ? known : now;
}
