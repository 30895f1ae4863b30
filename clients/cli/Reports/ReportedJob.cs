using System.Text.Json.Nodes;
using Google.Protobuf;
using Hub.Cli.Connection;
using Hub.Cli.Jobs;
using Platform.Contracts.Hub.V1;

namespace Hub.Cli.Reports;

/// <summary>A job with everything that a page about it shows.</summary>
/// <param name="Job">The job.</param>
/// <param name="Profile">Its profile; null when it is no profile job.</param>
/// <param name="Conversion">The report of the conversion that made the model: its own, or that of the compile job before it.</param>
internal sealed record ReportedJob(Job Job, JsonNode? Profile, JsonNode? Conversion)
{
    private const int SearchedJobs = 500;

    public static async Task<ReportedJob> LoadAsync(HubConnection hub, string jobId, CancellationToken cancellation)
    {
        var job = await hub.Client.GetJobAsync(new GetJobRequest { JobId = jobId }, cancellationToken: cancellation);
        var result = await JobDownload.ResultAsync(hub, jobId, cancellation);
        var conversion = result?.Report ?? await ConversionOfAsync(hub, job, cancellation);
        return new ReportedJob(job, Parse(result?.Profile), Parse(conversion));
    }

    // Profile and inference jobs run a model that another job may have made.
    private static async Task<IMessage?> ConversionOfAsync(HubConnection hub, Job job, CancellationToken cancellation)
    {
        string? model = job.Spec?.Profile?.ModelId ?? job.Spec?.Inference?.ModelId;
        if (model is null)
        {
            return null;
        }

        var request = new ListJobsRequest { Limit = SearchedJobs };
        request.Types_.Add(JobType.Compile);
        var list = await hub.Client.ListJobsAsync(request, cancellationToken: cancellation);
        return list.Jobs.FirstOrDefault(candidate => candidate.TargetModelId == model) is { } compile
            ? (await JobDownload.ResultAsync(hub, compile.JobId, cancellation))?.Report
            : null;
    }

    private static JsonNode? Parse(IMessage? message) => message is null ? null : JsonNode.Parse(JsonFormatter.Default.Format(message));
}
