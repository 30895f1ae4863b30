using System.CommandLine;
using Hub.Cli.Comparison;
using Hub.Cli.Connection;
using Hub.Cli.Output;
using Hub.Cli.Reports;
using Platform.Contracts.Hub.V1;

namespace Hub.Cli.Jobs;

/// <summary><c>hub jobs</c>.</summary>
internal static class JobCommands
{
    private static readonly Argument<string> s_id = new("JOB") { Description = "Job id." };
    private static readonly Option<int> s_limit = new("--limit") { Description = "How many.", DefaultValueFactory = _ => 50 };
    private static readonly Option<string[]> s_types = new("--type") { Description = "compile, quantize, link, profile or inference; may be repeated." };
    private static readonly Option<string[]> s_states = new("--state") { Description = "e.g. SUCCESS or FAILED; may be repeated." };
    private static readonly Option<bool> s_follow = new("--follow", "-f") { Description = "Go on while the job runs." };
    private static readonly Option<string> s_name = new("--name") { Description = "Name of the new job.", DefaultValueFactory = _ => "" };
    private static readonly Option<DirectoryInfo?> s_folder = new("--output", "-o") { Description = "Folder to write to; the job's id by default." };

    public static Command Create(CliContext context) => new("jobs", "List, watch, cancel, compare and download jobs.")
    {
        new Command("list", "List jobs, newest first.") { s_limit, s_types, s_states }.WithHub(context, ListAsync),
        new Command("show", "Show a job.") { s_id }.WithHub(context, ShowAsync),
        new Command("wait", "Wait until a job has ended; the exit code says how.") { s_id }.WithHub(context, async (parsed, hub, printer, cancellation) =>
        {
            var job = await JobWaiting.WaitAsync(context, hub, parsed.GetRequiredValue(s_id), printer.Json, cancellation);
            printer.Print(job, () => JobOutput.Print(printer, job));
            return JobOutput.ExitCodeOf(job);
        }),
        new Command("watch", "Print a job's events as they come.") { s_id }.WithHub(context, (parsed, hub, printer, cancellation) => WatchAsync(context, parsed, hub, printer, cancellation)),
        new Command("logs", "Print a job's log.") { s_id, s_follow }.WithHub(context, (parsed, hub, _, cancellation) => LogsAsync(context, parsed, hub, cancellation)),
        new Command("cancel", "Ask a job to end.") { s_id }.WithHub(context, async (parsed, hub, printer, cancellation) =>
        {
            var job = await hub.Client.CancelJobAsync(new CancelJobRequest { JobId = parsed.GetRequiredValue(s_id) }, cancellationToken: cancellation);
            return printer.Print(job, () => printer.Line($"{job.JobId} {Words.Name(job.State)}"));
        }),
        new Command("delete", "Delete an ended job with its outputs.") { s_id }.WithHub(context, async (parsed, hub, printer, cancellation) =>
        {
            var job = await hub.Client.DeleteJobAsync(new DeleteJobRequest { JobId = parsed.GetRequiredValue(s_id) }, cancellationToken: cancellation);
            return printer.Print(job, () => printer.Line($"{job.JobId} deleted"));
        }),
        new Command("clone", "Submit the same job again.") { s_id, s_name }.WithHub(context, async (parsed, hub, printer, cancellation) =>
        {
            var job = await hub.Client.CloneJobAsync(new CloneJobRequest { JobId = parsed.GetRequiredValue(s_id), Name = parsed.GetRequiredValue(s_name) }, cancellationToken: cancellation);
            return printer.Print(job, () => printer.Line(job.JobId));
        }),
        ReportCommand.Create(context),
        CompareCommand.Create(context),
        BundleCommand.Create(context),
        new Command("download", "Download a job's results: product, dataset, profile, report.") { s_id, s_folder }
            .WithHub(context, (parsed, hub, printer, cancellation) => JobDownload.RunAsync(context, hub, parsed.GetRequiredValue(s_id), parsed.GetValue(s_folder)?.FullName, printer, cancellation)),
    };

    private static async Task<int> ListAsync(ParseResult parsed, HubConnection hub, Printer printer, CancellationToken cancellation)
    {
        var request = new ListJobsRequest { Limit = parsed.GetValue(s_limit) };
        request.Types_.AddRange((parsed.GetValue(s_types) ?? []).Select(Parse<JobType>));
        request.States.AddRange((parsed.GetValue(s_states) ?? []).Select(Parse<JobState>));
        var list = await hub.Client.ListJobsAsync(request, cancellationToken: cancellation);
        return printer.Print(list, () => printer.Table(
            ["id", "name", "type", "state", "created", "failure"],
            list.Jobs.Select(job => (IReadOnlyList<string>)[job.JobId, job.Name, Words.Name(job.JobType), JobOutput.State(job), Words.Time(job.CreatedAt), job.Failure is null ? "" : Words.Name(job.Failure.Code)])));
    }

    private static async Task<int> ShowAsync(ParseResult parsed, HubConnection hub, Printer printer, CancellationToken cancellation)
    {
        var job = await hub.Client.GetJobAsync(new GetJobRequest { JobId = parsed.GetRequiredValue(s_id) }, cancellationToken: cancellation);
        return printer.Print(job, () => JobOutput.Print(printer, job));
    }

    private static async Task<int> WatchAsync(CliContext context, ParseResult parsed, HubConnection hub, Printer printer, CancellationToken cancellation)
    {
        await foreach (var entry in JobWaiting.EventsAsync(context, hub, parsed.GetRequiredValue(s_id), cancellation))
        {
            printer.Print(entry, () => printer.Line($"{Words.Time(entry.At)}  {Words.Name(entry.State)} {entry.Message}".TrimEnd()));
        }

        return ExitCode.Done;
    }

    private static async Task<int> LogsAsync(CliContext context, ParseResult parsed, HubConnection hub, CancellationToken cancellation)
    {
        using var call = hub.Client.ReadLog(new ReadLogRequest { JobId = parsed.GetRequiredValue(s_id), Follow = parsed.GetValue(s_follow) }, cancellationToken: cancellation);
        while (await call.ResponseStream.MoveNext(cancellation))
        {
            await context.Output.WriteAsync(call.ResponseStream.Current.Text);
        }

        return ExitCode.Done;
    }

    private static T Parse<T>(string text)
        where T : struct, Enum => Enum.TryParse<T>(text.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out var value)
            ? value
            : throw new CliException($"'{text}' is not one of {string.Join(", ", Enum.GetValues<T>().Skip(1).Select(known => Words.Name(known)))}", ExitCode.Usage);
}
