using System.CommandLine;
using System.Globalization;
using Hub.Cli.Connection;
using Hub.Cli.Output;
using Platform.Contracts.Hub.V1;

namespace Hub.Cli.Events;

/// <summary><c>hub events</c>: the organization's log as CloudEvents. A stream that breaks goes on behind the last event it gave.</summary>
internal static class EventsCommand
{
    private static readonly Option<double> s_after = new("--after") { Description = "Sequence of the last event you have; 0 for the whole log." };
    private static readonly Option<string[]> s_types = new("--type") { Description = "job.created, job.state, job.progress or job.ended; may be repeated." };
    private static readonly Option<bool> s_follow = new("--follow", "-f") { Description = "Wait for more where the log ends." };

    public static Command Create(CliContext context) => new Command("events", "Print what happens to the organization's jobs, in order.\nExample: hub events --type job.ended --follow --json") { s_after, s_types, s_follow }
        .WithHub(context, (parsed, hub, printer, cancellation) => RunAsync(context, parsed, hub, printer, cancellation));

    private static async Task<int> RunAsync(CliContext context, ParseResult parsed, HubConnection hub, Printer printer, CancellationToken cancellation)
    {
        var request = new WatchEventsRequest { AfterSeq = parsed.GetValue(s_after), Once = !parsed.GetValue(s_follow) };
        request.Types_.AddRange(parsed.GetValue(s_types) ?? []);
        await foreach (var entry in ResumableStream.ReadAsync(() => hub.Client.WatchEvents(request, cancellationToken: cancellation), context.Clock, cancellation))
        {
            request.AfterSeq = double.Parse(entry.Sequence, CultureInfo.InvariantCulture);
            printer.Print(entry, () => printer.Line($"{entry.Sequence,6}  {Words.Time(entry.Time)}  {entry.Subject}  {entry.Type}  {Words.Name(entry.Data.State)} {entry.Data.Message}".TrimEnd()));
        }

        return ExitCode.Done;
    }
}
