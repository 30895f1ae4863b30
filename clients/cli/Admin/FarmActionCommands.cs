using System.CommandLine;
using Platform.Contracts.Hub.V1;

namespace Hub.Cli.Admin;

/// <summary><c>hub admin drain|undrain|kill|replay</c>: what an operator does.</summary>
internal static class FarmActionCommands
{
    private static readonly Argument<string> s_part = new("PART") { Description = "node, host or device." };
    private static readonly Argument<string> s_id = new("ID") { Description = "Its id, as hub admin nodes and hub admin devices show it." };
    private static readonly Argument<string> s_job = new("JOB") { Description = "Job id." };
    private static readonly Option<string> s_reason = new("--reason") { Description = "Why; shown to whoever looks.", DefaultValueFactory = _ => "" };
    private static readonly Option<int> s_limit = new("--limit") { Description = "At most so many; 0 for all." };

    public static IEnumerable<Command> Create(CliContext context)
    {
        s_part.AcceptOnlyFromAmong("node", "host", "device");
        return [CreateDrain(context), CreateUndrain(context), CreateKill(context), CreateReplay(context)];
    }

    private static Command CreateDrain(CliContext context) => new Command("drain", """
        Give a build node, farm host or device no new work; what runs is finished.

        Example:
          hub admin drain host lab-3 --reason "new cables"
        """) { s_part, s_id, s_reason }.WithHub(context, async (parsed, hub, printer, cancellation) =>
    {
        var request = new DrainRequest { Part = PartOf(parsed), Id = parsed.GetRequiredValue(s_id), Reason = parsed.GetRequiredValue(s_reason) };
        var drained = await hub.Client.DrainAsync(request, cancellationToken: cancellation);
        return printer.Print(drained, () => printer.Line($"{drained.Id} takes no new work"));
    });

    private static Command CreateUndrain(CliContext context) => new Command("undrain", "Give it work again.") { s_part, s_id }.WithHub(context, async (parsed, hub, printer, cancellation) =>
    {
        var drained = await hub.Client.UndrainAsync(new UndrainRequest { Part = PartOf(parsed), Id = parsed.GetRequiredValue(s_id) }, cancellationToken: cancellation);
        return printer.Print(drained, () => printer.Line($"{drained.Id} takes work"));
    });

    private static Command CreateKill(CliContext context) => new Command("kill", "End a job's running attempt; the job is tried again elsewhere.") { s_job, s_reason }.WithHub(context, async (parsed, hub, printer, cancellation) =>
    {
        var killed = await hub.Client.KillAttemptAsync(new KillAttemptRequest { JobId = parsed.GetRequiredValue(s_job), Reason = parsed.GetRequiredValue(s_reason) }, cancellationToken: cancellation);
        return printer.Print(killed, () => printer.Line($"attempt {killed.Epoch} of {killed.JobId} on {killed.Worker} ended"));
    });

    private static Command CreateReplay(CliContext context) => new Command("replay", "Put messages that nobody could handle back into their queues (RabbitMQ).") { s_limit }.WithHub(context, async (parsed, hub, printer, cancellation) =>
    {
        var report = await hub.Client.ReplayDeadLettersAsync(new ReplayDeadLettersRequest { Limit = parsed.GetValue(s_limit) }, cancellationToken: cancellation);
        return printer.Print(report, () => printer.Line($"{report.Replayed} put back, {report.Dropped} dropped: their queue is gone"));
    });

    private static FarmPart PartOf(ParseResult parsed) => parsed.GetRequiredValue(s_part) switch
    {
        "node" => FarmPart.BuildNode,
        "host" => FarmPart.FarmHost,
        _ => FarmPart.FarmDevice,
    };
}
