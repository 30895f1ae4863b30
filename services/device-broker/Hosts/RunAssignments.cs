using Platform.Contracts.Broker.V1;
using Platform.DeviceBroker.Devices;
using Platform.DeviceBroker.Runs;

namespace Platform.DeviceBroker.Hosts;

/// <summary>Writes down for a host what to run.</summary>
internal sealed class RunAssignments(DownloadAddresses addresses)
{
    public async Task<RunAssignment> BuildAsync(StoredRun run, StoredDevice device, CancellationToken cancellation)
    {
        var spec = BrokerJson.Parse<RunSpec>(run.Spec);
        return new RunAssignment
        {
            RunId = run.Id,
            OrganizationId = run.Owner,
            DeviceId = device.Id,
            DeviceEpoch = (uint)device.Epoch,
            Spec = spec,
            ModelUrl = await addresses.OfAsync(run.Owner, spec.ModelBlobId, spec.ModelFilename, cancellation),
            DatasetUrl = await addresses.OfAsync(run.Owner, spec.DatasetBlobId, spec.DatasetFilename, cancellation),
            TraceParent = run.TraceParent,
        };
    }
}
