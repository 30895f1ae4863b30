using System.Security.Cryptography;
using System.Text;
using Grpc.Core;
using Platform.Contracts.Artifact.V1;
using Platform.Contracts.Broker.V1;
using Platform.Contracts.Hub.V1;
using Platform.DeviceBroker.Runs;
using Platform.ServiceDefaults;
using ArtifactClient = Platform.Contracts.Artifact.V1.Artifact.ArtifactClient;

namespace Platform.DeviceBroker.Hosts;

/// <summary>The farm hosts' protocol.</summary>
internal sealed class FarmHostsGrpcService(HostService hosts, BrokerStore store, ArtifactClient artifact) : FarmHosts.FarmHostsBase
{
    public override Task<SynchronizeResponse> Synchronize(SynchronizeRequest request, ServerCallContext context) => hosts.SynchronizeAsync(request, context.CancellationToken);

    public override async Task<ReportRunResponse> ReportRun(ReportRunRequest request, ServerCallContext context)
    {
        await hosts.ReportAsync(request, context.CancellationToken);
        return new ReportRunResponse();
    }

    public override async Task<ReportCleanResponse> ReportClean(ReportCleanRequest request, ServerCallContext context)
    {
        await hosts.CleanAsync(request, context.CancellationToken);
        return new ReportCleanResponse();
    }

    public override async Task<AppendRunLogResponse> AppendRunLog(AppendRunLogRequest request, ServerCallContext context)
    {
        var run = await RequireHeldAsync(request.RunId, request.DeviceEpoch, context.CancellationToken);
        var chunk = new RunLogChunk { Id = $"{run.Id}-{request.DeviceEpoch}-{(long)request.Offset}", Owner = run.Owner, RunId = run.Id, Offset = (long)request.Offset, Text = request.Text };
        await store.Logs.For(run.Owner).InsertAsync(chunk, context.CancellationToken);
        return new AppendRunLogResponse();
    }

    public override async Task<OpenResultResponse> OpenResult(OpenResultRequest request, ServerCallContext context)
    {
        var run = await RequireHeldAsync(request.RunId, request.DeviceEpoch, context.CancellationToken);
        var upload = await artifact.OpenUploadAsync(
            new OpenUploadRequest
            {
                OrganizationId = run.Owner,
                UploadId = UploadIdOf(request.RunId, request.DeviceEpoch, request.Name),
                SizeBytes = request.SizeBytes,
                Purpose = request.Name == "log" ? "log" : "output",
            },
            cancellationToken: context.CancellationToken);
        return new OpenResultResponse { UploadId = upload.UploadId, Url = upload.Url, PartBytes = upload.PartBytes, PartUrls = { upload.PartUrls } };
    }

    public override async Task<CompleteResultResponse> CompleteResult(CompleteResultRequest request, ServerCallContext context)
    {
        var run = await RequireHeldAsync(request.RunId, request.DeviceEpoch, context.CancellationToken);
        var blob = await artifact.CompleteUploadAsync(
            new CompleteUploadRequest { OrganizationId = run.Owner, UploadId = UploadIdOf(request.RunId, request.DeviceEpoch, request.Name) }, cancellationToken: context.CancellationToken);
        return new CompleteResultResponse { BlobId = blob.BlobId, Sha256 = blob.Sha256, SizeBytes = blob.SizeBytes };
    }

    private static string UploadIdOf(string runId, uint epoch, string name) =>
        "u" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{runId}.{epoch}.{name}")))[..24];

    private async Task<StoredRun> RequireHeldAsync(string runId, long epoch, CancellationToken cancellation)
    {
        var run = (await store.Runs.AsSystem().FindAsync(runId, cancellation))?.Value;
        return run is { HasEnded: false } && run.DeviceEpoch == epoch
            ? run
            : throw new FailureException(FailureCode.NotYours, $"run {runId} is not held under epoch {epoch} any more");
    }
}
