using Platform.Contracts.Broker.V1;
using Platform.Contracts.Hub.V1;
using Platform.ServiceDefaults;
using Platform.Store;

namespace Platform.DeviceBroker.Devices;

/// <summary>Runs that a usable device could take, by the device's name, and the devices at work and idle.</summary>
internal sealed class DeviceBacklog(BrokerStore store)
{
    public async Task<IReadOnlyList<BacklogSample>> ReadAsync(CancellationToken cancellation)
    {
        var devices = await store.Devices.AsSystem().QueryAsync("name", ReadOnlyMemory<object>.Empty, new PageRequest(PageRequest.LargestLimit), cancellation);
        var queued = await store.Runs.AsSystem().QueryAsync("queued", ReadOnlyMemory<object>.Empty, new PageRequest(PageRequest.LargestLimit), cancellation);
        var runs = queued.Items.Select(item => (item.Value.Owner, Wanted: BrokerJson.Parse<RunSpec>(item.Value.Spec).Device ?? new DeviceSelector())).ToList();
        return [.. devices.Items.Select(item => item.Value).Where(device => device.IsUsable).GroupBy(device => device.Name).SelectMany(SamplesOf)];

        IEnumerable<BacklogSample> SamplesOf(IGrouping<string, StoredDevice> kind)
        {
            int runnable = runs.Count(run => kind.Any(device => DeviceLedger.MayUse(run.Owner, device) && DeviceMatching.Matches(device, run.Wanted)));
            int idle = kind.Count(device => device.State == DeviceState.Idle);
            yield return Sample(BacklogGauges.Runnable, runnable);
            yield return Sample(BacklogGauges.Busy, kind.Count() - idle);
            yield return Sample(BacklogGauges.Free, idle);

            BacklogSample Sample(string gauge, int count) => new(gauge, "device_class", kind.Key, count);
        }
    }
}
