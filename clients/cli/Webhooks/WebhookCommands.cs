using System.CommandLine;
using System.Globalization;
using Hub.Cli.Output;
using Platform.Contracts.Hub.V1;

namespace Hub.Cli.Webhooks;

/// <summary><c>hub webhooks</c>: addresses that the hub posts the organization's events to.</summary>
internal static class WebhookCommands
{
    private static readonly Argument<string> s_url = new("URL") { Description = "Where events are posted: https or http." };
    private static readonly Argument<string> s_id = new("WEBHOOK") { Description = "Webhook id." };
    private static readonly Option<string[]> s_types = new("--type") { Description = "Deliver events of this type only; may be repeated." };
    private static readonly Option<double> s_after = new("--after") { Description = "Begin behind this sequence; without it: with what happens from now on." };
    private static readonly Option<bool> s_fromStart = new("--from-start") { Description = "Begin with the first event of the log." };
    private static readonly Option<double> s_replayAfter = new("--after") { Description = "Sequence behind which to begin again; 0 for the whole log.", Required = true };

    public static Command Create(CliContext context) => new("webhooks", """
        Post events to addresses of yours, signed and in order.

        Example:
          hub webhooks create https://ci.example.org/hub --type job.ended
        """)
    {
        CreateCreate(context),
        new Command("list", "List the organization's webhooks.").WithHub(context, async (_, hub, printer, cancellation) =>
        {
            var list = await hub.Client.ListWebhooksAsync(new ListWebhooksRequest(), cancellationToken: cancellation);
            return printer.Print(list, () => printer.Table(
                ["id", "state", "delivered", "types", "url"],
                list.Webhooks.Select(webhook => (IReadOnlyList<string>)[webhook.WebhookId, Words.Name(webhook.State), Number(webhook.DeliveredSeq), Types(webhook), webhook.Url])));
        }),
        new Command("show", "Show one webhook and what went wrong last.") { s_id }.WithHub(context, async (parsed, hub, printer, cancellation) =>
            Print(printer, await hub.Client.GetWebhookAsync(new GetWebhookRequest { WebhookId = parsed.GetRequiredValue(s_id) }, cancellationToken: cancellation))),
        new Command("delete", "End a webhook.") { s_id }.WithHub(context, async (parsed, hub, printer, cancellation) =>
        {
            var webhook = await hub.Client.DeleteWebhookAsync(new DeleteWebhookRequest { WebhookId = parsed.GetRequiredValue(s_id) }, cancellationToken: cancellation);
            return printer.Print(webhook, () => printer.Line($"{webhook.WebhookId} deleted"));
        }),
        new Command("replay", "Deliver again from a place of the log on; enables a disabled webhook.") { s_id, s_replayAfter }.WithHub(context, async (parsed, hub, printer, cancellation) =>
        {
            var request = new ReplayWebhookRequest { WebhookId = parsed.GetRequiredValue(s_id), AfterSeq = parsed.GetValue(s_replayAfter) };
            return Print(printer, await hub.Client.ReplayWebhookAsync(request, cancellationToken: cancellation));
        }),
        CreateTest(context),
    };

    private static Command CreateCreate(CliContext context) => new Command("create", "Make a webhook; its signing secret is shown once.") { s_url, s_types, s_after, s_fromStart }.WithHub(context, async (parsed, hub, printer, cancellation) =>
    {
        var request = new CreateWebhookRequest { Url = parsed.GetRequiredValue(s_url), AfterSeq = parsed.GetValue(s_after), FromStart = parsed.GetValue(s_fromStart) };
        request.Types_.AddRange(parsed.GetValue(s_types) ?? []);
        var created = await hub.Client.CreateWebhookAsync(request, cancellationToken: cancellation);
        return printer.Print(created, () => printer.Facts(("id", created.Webhook.WebhookId), ("secret", created.Secret), ("url", created.Webhook.Url), ("types", Types(created.Webhook))));
    });

    private static Command CreateTest(CliContext context) => new Command("test", "Deliver one event of type webhook.test now.") { s_id }.WithHub(context, async (parsed, hub, printer, cancellation) =>
    {
        var test = await hub.Client.TestWebhookAsync(new TestWebhookRequest { WebhookId = parsed.GetRequiredValue(s_id) }, cancellationToken: cancellation);
        printer.Print(test, () => printer.Line(test.Delivered ? $"delivered in {Words.Microseconds(test.DurationUs)}: the receiver answered {test.Status}" : $"not delivered: {test.Message}"));
        return test.Delivered ? ExitCode.Done : ExitCode.Refused;
    });

    private static int Print(Printer printer, Webhook webhook) => printer.Print(webhook, () => printer.Facts(
        ("id", webhook.WebhookId),
        ("url", webhook.Url),
        ("types", Types(webhook)),
        ("state", Words.Name(webhook.State)),
        ("delivered", $"up to {Number(webhook.DeliveredSeq)}"),
        ("made", $"{Words.Time(webhook.CreatedAt)} by {webhook.Creator}"),
        ("failures", webhook.Failures > 0 ? $"{webhook.Failures} in a row, last: {webhook.LastFailure}" : ""),
        ("next try", Words.Time(webhook.NextAttemptAt)),
        ("disabled", webhook.DisabledReason)));

    private static string Types(Webhook webhook) => webhook.Types_.Count == 0 ? "all" : string.Join(" ", webhook.Types_);

    private static string Number(double number) => number.ToString(CultureInfo.InvariantCulture);
}
