using System.CommandLine;
using System.Xml.Linq;
using Hub.Cli.Connection;
using Hub.Cli.Jobs;
using Hub.Cli.Output;

namespace Hub.Cli.Reports;

/// <summary><c>hub jobs report</c>: one page about one or more jobs that needs nothing beside itself.</summary>
internal static class ReportCommand
{
    private static readonly Argument<string[]> s_jobs = new("JOB") { Description = "Job ids.", Arity = ArgumentArity.OneOrMore };
    private static readonly Option<FileInfo?> s_output = new("--output", "-o") { Description = "The file to write; JOB.html by default." };

    public static Command Create(CliContext context) =>
        new Command("report", "Write one HTML page: parity, latency, operators, memory, environment.") { s_jobs, s_output }.WithHub(context, RunAsync);

    private static async Task<int> RunAsync(ParseResult parsed, HubConnection hub, Printer printer, CancellationToken cancellation)
    {
        var sections = new List<XElement>();
        string[] ids = parsed.GetRequiredValue(s_jobs);
        foreach (string id in ids)
        {
            sections.Add(Section(await ReportedJob.LoadAsync(hub, id, cancellation)));
        }

        string path = parsed.GetValue(s_output)?.FullName ?? Path.GetFullPath(ids[0] + ".html");
        await using var file = File.Create(path);
        await ReportHtml.Page(ids.Length == 1 ? $"Job {ids[0]}" : $"{ids.Length} jobs", sections).SaveAsync(file, SaveOptions.DisableFormatting, cancellation);
        if (printer.Json)
        {
            printer.Print(new System.Text.Json.Nodes.JsonObject { ["report"] = path });
        }
        else
        {
            printer.Line(path);
        }

        return ExitCode.Done;
    }

    private static XElement Section(ReportedJob reported) => ReportHtml.Section(
        $"{Words.Name(reported.Job.JobType)} {reported.Job.JobId}",
        [
            ReportHtml.Facts(
                ("name", reported.Job.Name), ("state", JobOutput.State(reported.Job)), ("failure", reported.Job.Failure?.Message), ("device", reported.Job.Device?.Name),
                ("created", Words.Time(reported.Job.CreatedAt)), ("ended", Words.Time(reported.Job.EndedAt))),
            .. reported.Conversion is { } conversion ? ConversionSections.Of(conversion) : [],
            .. reported.Profile is { } profile ? ProfileSections.Of(profile) : [],
        ]);
}
