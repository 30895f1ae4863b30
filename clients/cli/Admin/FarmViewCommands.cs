using System.CommandLine;
using System.Globalization;
using Hub.Cli.Output;
using Platform.Contracts.Hub.V1;

namespace Hub.Cli.Admin;

/// <summary><c>hub admin queues|nodes|devices|audit</c>: what an operator sees.</summary>
internal static class FarmViewCommands
{
    private static readonly Option<string> s_organization = new("--org") { Description = "Calls of this organization only.", DefaultValueFactory = _ => "" };
    private static readonly Option<int> s_limit = new("--limit") { Description = "How many lines.", DefaultValueFactory = _ => 50 };
    private static readonly Option<string> s_cursor = new("--cursor") { Description = "Where the page before ended.", DefaultValueFactory = _ => "" };

    public static IEnumerable<Command> Create(CliContext context) => [CreateQueues(context), CreateNodes(context), CreateDevices(context), CreateAudit(context)];

    private static Command CreateQueues(CliContext context) => new Command("queues", "What waits for nodes and devices, and since when.").WithHub(context, async (_, hub, printer, cancellation) =>
    {
        var list = await hub.Client.ListQueuesAsync(new ListQueuesRequest(), cancellationToken: cancellation);
        return printer.Print(list, () => printer.Table(
            ["for", "name", "waiting", "organizations", "oldest"],
            list.Queues.Select(queue => (IReadOnlyList<string>)[queue.Kind, queue.Name, Number(queue.Waiting), Number(queue.Organizations), Words.Time(queue.OldestAt)])));
    });

    private static Command CreateNodes(CliContext context) => new Command("nodes", "Build nodes and farm hosts.").WithHub(context, async (_, hub, printer, cancellation) =>
    {
        var list = await hub.Client.ListNodesAsync(new ListNodesRequest(), cancellationToken: cancellation);
        return printer.Print(list, () => printer.Table(
            ["kind", "id", "name", "state", "busy", "seen", "drained"],
            list.Nodes.Select(node => (IReadOnlyList<string>)
                [Words.Name(node.Part), node.Id, node.Name, !node.Connected ? "away" : node.Stopping ? "stopping" : "connected", $"{node.Busy} of {node.Slots}", Words.Time(node.SeenAt), Flag(node.Drain)])));
    });

    private static Command CreateDevices(CliContext context) => new Command("devices", "Every device with its host and what it runs.").WithHub(context, async (_, hub, printer, cancellation) =>
    {
        var list = await hub.Client.ListFarmDevicesAsync(new ListFarmDevicesRequest(), cancellationToken: cancellation);
        return printer.Print(list, () => printer.Table(
            ["id", "name", "host", "state", "health", "run", "since", "drained"],
            list.Devices.Select(entry => (IReadOnlyList<string>)
            [
                entry.Device.DeviceId, entry.Device.Name, entry.HostId, Words.Name(entry.Device.State), $"{Words.Name(entry.Device.Health)} {entry.Device.HealthReason}".Trim(), entry.RunId, Words.Time(entry.Since), Flag(entry.Drain),
            ])));
    });

    private static Command CreateAudit(CliContext context) => new Command("audit", "Who changed what, newest first.") { s_organization, s_limit, s_cursor }.WithHub(context, async (parsed, hub, printer, cancellation) =>
    {
        var request = new ListAuditRequest { OrganizationId = parsed.GetRequiredValue(s_organization), Limit = parsed.GetValue(s_limit), Cursor = parsed.GetRequiredValue(s_cursor) };
        var list = await hub.Client.ListAuditAsync(request, cancellationToken: cancellation);
        return printer.Print(list, () =>
        {
            printer.Table(
                ["when", "organization", "token", "call", "target", "outcome"],
                list.Entries.Select(entry => (IReadOnlyList<string>)[Words.Time(entry.At), entry.OrganizationId, $"{entry.TokenId} {entry.TokenName}", entry.Method, entry.Target, entry.Outcome]));
            if (list.NextCursor.Length > 0)
            {
                printer.Line($"more: hub admin audit --cursor {list.NextCursor}");
            }
        });
    });

    private static string Flag(DrainFlag? drain) => drain is null ? "" : $"{Words.Time(drain.Since)} by {drain.By}{(drain.Reason.Length > 0 ? $": {drain.Reason}" : "")}";

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
