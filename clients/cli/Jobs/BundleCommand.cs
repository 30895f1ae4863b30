using System.CommandLine;
using System.IO.Compression;
using Google.Protobuf;
using Hub.Cli.Connection;
using Hub.Cli.Output;
using Platform.Contracts.Hub.V1;

namespace Hub.Cli.Jobs;

/// <summary><c>hub jobs bundle</c>: what somebody needs who looks into a job, in one archive; models and datasets stay where they are.</summary>
internal static class BundleCommand
{
    private static readonly JsonFormatter s_json = new(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true).WithIndentation());
    private static readonly Argument<string> s_job = new("JOB") { Description = "Job id." };
    private static readonly Option<FileInfo?> s_output = new("--output", "-o") { Description = "The archive; JOB.zip by default." };

    public static Command Create(CliContext context) =>
        new Command("bundle", "Write one archive with the job, its attempts, log, result and the state of the farm, to pass on; without models and datasets.") { s_job, s_output }.WithHub(context, RunAsync);

    private static async Task<int> RunAsync(ParseResult parsed, HubConnection hub, Printer printer, CancellationToken cancellation)
    {
        string id = parsed.GetRequiredValue(s_job);
        var job = await hub.Client.GetJobAsync(new GetJobRequest { JobId = id }, cancellationToken: cancellation);
        string path = parsed.GetValue(s_output)?.FullName ?? Path.GetFullPath(id + ".zip");
        await using (var stream = File.Create(path))
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Create);
            await AddAsync(archive, "job.json", s_json.Format(job));
            await AddAsync(archive, "attempts.json", s_json.Format(await hub.Client.ListAttemptsAsync(new ListAttemptsRequest { JobId = id }, cancellationToken: cancellation)));
            await AddAsync(archive, "diagnostics.json", s_json.Format(await hub.Client.GetDiagnosticsAsync(new GetDiagnosticsRequest(), cancellationToken: cancellation)));
            await AddAsync(archive, "log.txt", await LogAsync(hub, id, cancellation));
            if (await JobDownload.ResultAsync(hub, id, cancellation) is { } result)
            {
                await AddAsync(archive, "result.json", s_json.Format(result));
            }
        }

        return printer.Print(job, () => printer.Line(path));
    }

    private static async Task<string> LogAsync(HubConnection hub, string id, CancellationToken cancellation)
    {
        using var call = hub.Client.ReadLog(new ReadLogRequest { JobId = id }, cancellationToken: cancellation);
        var text = new System.Text.StringBuilder();
        while (await call.ResponseStream.MoveNext(cancellation))
        {
            text.Append(call.ResponseStream.Current.Text);
        }

        return text.ToString();
    }

    private static async Task AddAsync(ZipArchive archive, string name, string text)
    {
        await using var entry = await archive.CreateEntry(name).OpenAsync();
        await using var writer = new StreamWriter(entry);
        await writer.WriteAsync(text);
    }
}
