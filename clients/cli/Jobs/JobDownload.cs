using Google.Protobuf;
using Grpc.Core;
using Hub.Cli.Connection;
using Hub.Cli.Output;
using Platform.Contracts.Hub.V1;

namespace Hub.Cli.Jobs;

/// <summary>Fetches everything that a job gave.</summary>
internal static class JobDownload
{
    private static readonly JsonFormatter s_json = new(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true).WithIndentation());

    public static async Task<int> RunAsync(CliContext context, HubConnection hub, string jobId, string? folder, Printer printer, CancellationToken cancellation)
    {
        var job = await hub.Client.GetJobAsync(new GetJobRequest { JobId = jobId }, cancellationToken: cancellation);
        folder = Directory.CreateDirectory(folder ?? jobId).FullName;
        var written = new List<string>();
        if (job.State == JobState.Success && job.TargetModelId.Length > 0)
        {
            var download = await hub.Client.DownloadModelAsync(new DownloadModelRequest { ModelId = job.TargetModelId }, cancellationToken: cancellation);
            written.Add(await FetchAsync(context, hub, download, folder, printer, cancellation));
        }

        if (job.State == JobState.Success && job.OutputDatasetId.Length > 0)
        {
            var download = await hub.Client.DownloadDatasetAsync(new DownloadDatasetRequest { DatasetId = job.OutputDatasetId }, cancellationToken: cancellation);
            written.Add(await FetchAsync(context, hub, download, folder, printer, cancellation));
        }

        if (await ResultAsync(hub, jobId, cancellation) is { } result)
        {
            // AI Hub's name for it: scripts look for this ending.
            string path = Path.Combine(folder, $"{job.Name.Replace('/', '_')}_{jobId}_results.json");
            await File.WriteAllTextAsync(path, s_json.Format((IMessage?)result.Profile ?? result.Report), cancellation);
            written.Add(path);
        }

        return printer.Print(job, () => written.ForEach(printer.Line));
    }

    /// <summary>The job's report or profile; null when it has none.</summary>
    public static async Task<JobResult?> ResultAsync(HubConnection hub, string jobId, CancellationToken cancellation)
    {
        try
        {
            return await hub.Client.GetJobResultAsync(new GetJobResultRequest { JobId = jobId }, cancellationToken: cancellation);
        }
        catch (RpcException error) when (error.StatusCode == StatusCode.FailedPrecondition)
        {
            return null;
        }
    }

    private static async Task<string> FetchAsync(CliContext context, HubConnection hub, Download download, string folder, Printer printer, CancellationToken cancellation)
    {
        string path = Path.Combine(folder, Path.GetFileName(download.Filename));
        await AssetTransfers.DownloadAsync(context, hub, download, path, printer.Json, cancellation);
        return path;
    }
}
