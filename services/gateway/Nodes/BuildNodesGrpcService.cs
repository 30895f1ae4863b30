using System.Security.Cryptography;
using System.Text;
using Grpc.Core;
using Platform.Contracts.Artifact.V1;
using Platform.Contracts.Hub.V1;
using Platform.Contracts.Node.V1;
using Platform.Gateway.Events;
using Platform.Gateway.Jobs;
using Platform.Gateway.Runs;
using Platform.ServiceDefaults;
using ArtifactClient = Platform.Contracts.Artifact.V1.Artifact.ArtifactClient;

namespace Platform.Gateway.Nodes;

/// <summary>The node protocol.</summary>
internal sealed class BuildNodesGrpcService(NodeService nodes, GatewayStore store, JobWriter writer, ArtifactClient artifact, NodeTimes times, TimeProvider clock) : BuildNodes.BuildNodesBase
{
    public override Task<SynchronizeResponse> Synchronize(SynchronizeRequest request, ServerCallContext context) =>
        nodes.SynchronizeAsync(request, context.CancellationToken);

    public override async Task<ReportResponse> Report(ReportRequest request, ServerCallContext context)
    {
        var job = await nodes.FindAsync(request.JobId, context.CancellationToken);
        bool current = job?.Epoch == request.Epoch;
#if PLANTED_BUGS
        current |= Planting.Planted.IsOn("FENCE_SKIPPED");
#endif
        if (job is null || !current)
        {
            throw new FailureException(FailureCode.NotYours, $"job {request.JobId} is not held under epoch {request.Epoch} any more");
        }

        if (job.Phase.IsHeld())
        {
            await writer.ApplyAsync(job.Owner, job.Id, await EventOfAsync(job, request, context.CancellationToken), context.CancellationToken);
            await EndAttemptAsync(job, request, context.CancellationToken);
        }

        return new ReportResponse();
    }

    public override async Task<AppendLogResponse> AppendLog(AppendLogRequest request, ServerCallContext context)
    {
        var job = await nodes.RequireHeldAsync(request.JobId, request.Epoch, context.CancellationToken);
        var chunk = new LogChunkDocument
        {
            Id = $"{job.Id}-{request.Epoch}-{(long)request.Offset}",
            Owner = job.Owner,
            JobId = job.Id,
            Epoch = request.Epoch,
            Offset = (long)request.Offset,
            Text = request.Text,
        };
        await store.Logs.For(job.Owner).InsertAsync(chunk, context.CancellationToken);
        return new AppendLogResponse();
    }

    public override async Task<OpenOutputResponse> OpenOutput(OpenOutputRequest request, ServerCallContext context)
    {
        var job = await nodes.RequireHeldAsync(request.JobId, request.Epoch, context.CancellationToken);
        var upload = await artifact.OpenUploadAsync(
            new OpenUploadRequest
            {
                OrganizationId = job.Owner,
                UploadId = UploadIdOf(request.JobId, request.Epoch, request.Name),
                SizeBytes = request.SizeBytes,
                Purpose = request.Name == "log" ? "log" : "output",
            },
            cancellationToken: context.CancellationToken);
        return new OpenOutputResponse { UploadId = upload.UploadId, Url = upload.Url, PartBytes = upload.PartBytes, PartUrls = { upload.PartUrls } };
    }

    public override async Task<Output> CompleteOutput(CompleteOutputRequest request, ServerCallContext context)
    {
        var job = await nodes.RequireHeldAsync(request.JobId, request.Epoch, context.CancellationToken);
        var blob = await artifact.CompleteUploadAsync(
            new CompleteUploadRequest { OrganizationId = job.Owner, UploadId = UploadIdOf(request.JobId, request.Epoch, request.Name) }, cancellationToken: context.CancellationToken);
        return new Output { BlobId = blob.BlobId, Sha256 = blob.Sha256, SizeBytes = blob.SizeBytes, Filename = request.Filename };
    }

    // The same output of the same attempt is the same upload, however often it is opened.
    private static string UploadIdOf(string jobId, uint epoch, string name) =>
        "u" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{jobId}.{epoch}.{name}")))[..24];

    private async Task<JobEvent> EventOfAsync(Job job, ReportRequest request, CancellationToken cancellation) => request.OutcomeCase switch
    {
        ReportRequest.OutcomeOneofCase.Converted => new JobEvent.AttemptSucceeded(request.Epoch, await OutcomeAsync(job, request, cancellation)),
        ReportRequest.OutcomeOneofCase.Inspected => new JobEvent.AttemptSucceeded(request.Epoch, OutcomeOf(request)),
        ReportRequest.OutcomeOneofCase.HandedBack => new JobEvent.HandedBack(request.Epoch),
        ReportRequest.OutcomeOneofCase.Failed => new JobEvent.AttemptFailed(request.Epoch, RunMapping.ToJobFailure(request.Failed), RunMapping.RetryOf(request.Failed.Code), LogOf(request), RunMapping.DiedIn(request.Failed)),
        _ => throw new FailureException(FailureCode.ArgumentInvalid, "a report has an outcome"),
    };

    private async Task<JobOutcome> OutcomeAsync(Job job, ReportRequest request, CancellationToken cancellation)
    {
        var converted = request.Converted;
        return new JobOutcome
        {
            Product = new JobOutput(converted.Product.BlobId, converted.Product.Sha256, (long)converted.Product.SizeBytes, converted.Product.Filename),
            ReportId = await StoredReport.SaveAsync(store, job.Owner, job.Id, request.Epoch, converted.ReportJson, cancellation),
            Inputs = ProtoJson.FormatAll(converted.Inputs),
            Outputs = ProtoJson.FormatAll(converted.Outputs),
            Metadata = converted.Metadata.ToDictionary(),
            Warnings = [.. converted.Warnings],
            LogBlobId = LogOf(request),
            Failure = converted.ParityFailure is null ? null : RunMapping.ToJobFailure(converted.ParityFailure),
        };
    }

    private static JobOutcome OutcomeOf(ReportRequest request) => new()
    {
        ModelType = request.Inspected.ModelType.ToString(),
        Inputs = ProtoJson.FormatAll(request.Inspected.Inputs),
        Outputs = ProtoJson.FormatAll(request.Inspected.Outputs),
        Metadata = request.Inspected.Metadata.ToDictionary(),
        Samples = request.Inspected.Samples,
    };

    private static string? LogOf(ReportRequest request) => request.LogBlobId.Length == 0 ? null : request.LogBlobId;

    private async Task EndAttemptAsync(Job job, ReportRequest request, CancellationToken cancellation)
    {
        var ended = await store.Attempts.For(job.Owner).UpdateAsync(Attempt.IdOf(job.Id, request.Epoch), attempt => Ended(attempt, request), cancellation);
        if (ended?.Value is { EndedAt: { } at } attempt)
        {
            times.Charge(job.Owner, at - attempt.StartedAt);
        }
    }

    private Attempt Ended(Attempt attempt, ReportRequest request) =>
        attempt with
        {
            EndedAt = clock.GetUtcNow(),
            LogBlobId = LogOf(request),
            Failure = request.Failed is null ? null : RunMapping.ToJobFailure(request.Failed),
            Outcome = request.OutcomeCase switch
            {
                ReportRequest.OutcomeOneofCase.Failed => "failed",
                ReportRequest.OutcomeOneofCase.HandedBack => "handed back",
                _ => "succeeded",
            },
        };
}
