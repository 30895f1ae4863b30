using Platform.Contracts.Artifact.V1;
using Platform.Contracts.Broker.V1;
using Platform.DeviceBroker.Devices;
using Platform.DeviceBroker.Runs;
using ArtifactClient = Platform.Contracts.Artifact.V1.Artifact.ArtifactClient;

namespace Platform.DeviceBroker.Hosts;

/// <summary>Writes down for a host what to run; addresses in it are fresh.</summary>
internal sealed class RunAssignments(ArtifactClient artifact)
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
            ModelUrl = spec.ModelBlobId.Length == 0 ? "" : await SignAsync(run.Owner, spec.ModelBlobId, spec.ModelFilename, cancellation),
            DatasetUrl = spec.DatasetBlobId.Length == 0 ? "" : await SignAsync(run.Owner, spec.DatasetBlobId, spec.DatasetFilename, cancellation),
            TraceParent = run.TraceParent,
        };
    }

    private async Task<string> SignAsync(string owner, string blobId, string fileName, CancellationToken cancellation) =>
        (await artifact.SignDownloadAsync(new SignDownloadRequest { OrganizationId = owner, BlobId = blobId, Filename = fileName }, cancellationToken: cancellation)).Url;
}
