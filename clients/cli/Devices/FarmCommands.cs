using System.CommandLine;
using System.Globalization;
using Hub.Cli.Connection;
using Hub.Cli.Output;
using Platform.Contracts.Hub.V1;

namespace Hub.Cli.Devices;

/// <summary><c>hub devices</c>, <c>hub frameworks</c>, <c>hub steps</c>, <c>hub doctor</c>.</summary>
internal static class FarmCommands
{
    private static readonly Option<string> s_name = new("--name") { Description = "Exact name of a device, a family or a proxy.", DefaultValueFactory = _ => "" };
    private static readonly Option<string> s_os = new("--os") { Description = "Version, or an interval such as [12,14).", DefaultValueFactory = _ => "" };
    private static readonly Option<string[]> s_attributes = new("--attribute") { Description = "key:value, e.g. framework:tflite; may be repeated." };

    public static Command CreateDevices(CliContext context) => new Command("devices", "List devices.\n\nExample:\n  hub devices --attribute framework:tflite") { s_name, s_os, s_attributes }
        .WithHub(context, async (parsed, hub, printer, cancellation) =>
        {
            var request = new ListDevicesRequest { Name = parsed.GetRequiredValue(s_name), Os = parsed.GetRequiredValue(s_os) };
            request.Attributes.AddRange(parsed.GetValue(s_attributes) ?? []);
            var list = await hub.Client.ListDevicesAsync(request, cancellationToken: cancellation);
            return printer.Print(list, () => Print(printer, list.Devices));
        });

    public static Command CreateFrameworks(CliContext context) => new Command("frameworks", "List runtimes and SDKs with their versions.").WithHub(context, async (_, hub, printer, cancellation) =>
    {
        var list = await hub.Client.ListFrameworksAsync(new ListFrameworksRequest(), cancellationToken: cancellation);
        return printer.Print(list, () => printer.Table(
            ["framework", "api version", "tags", "full version"],
            list.Frameworks.Select(framework => (IReadOnlyList<string>)[framework.Name, framework.ApiVersion, string.Join(", ", framework.ApiTags), framework.FullVersion])));
    });

    public static Command CreateSteps(CliContext context) => new Command("steps", "List the conversions that build nodes announce.").WithHub(context, async (_, hub, printer, cancellation) =>
    {
        var list = await hub.Client.ListStepsAsync(new ListStepsRequest(), cancellationToken: cancellation);
        return printer.Print(list, () => printer.Table(
            ["step", "version", "from", "to", "nodes"],
            list.Steps.Select(step => (IReadOnlyList<string>)[step.Name, step.Version, Words.Name(step.From), Words.Name(step.To), step.Nodes.ToString(CultureInfo.InvariantCulture)])));
    });

    public static Command CreateDoctor(CliContext context) => new Command("doctor", "Show what works and what is missing, and why.").WithHub(context, async (_, hub, printer, cancellation) =>
    {
        var version = await hub.Client.GetVersionAsync(new GetVersionRequest(), cancellationToken: cancellation);
        var diagnostics = await hub.Client.GetDiagnosticsAsync(new GetDiagnosticsRequest(), cancellationToken: cancellation);
        return printer.Print(diagnostics, () =>
        {
            printer.Line($"client {HubConnection.ClientVersion}, server {version.Version} at {hub.Profile.ApiUrl} (serves clients from {version.OldestClient})");
            printer.Line(diagnostics.Blobs is { Failure.Length: > 0 } broken ? $"blobs NOT REACHED: {broken.Place}: {broken.Failure}" : $"blobs {diagnostics.Blobs?.Place}{Free(diagnostics.Blobs)}");
            Print(printer, "build node", diagnostics.Nodes);
            Print(printer, "farm host", diagnostics.Hosts);
        });
    });

    private static string Free(BlobDiagnosis? blobs) => blobs is { FreeBytes: >= 0 } ? $", {Words.Bytes(blobs.FreeBytes)} free" : "";

    // Names that stand for several devices are shown where there are any.
    private static void Print(Printer printer, IReadOnlyList<Device> devices)
    {
        string[] columns = ["device", "os", "state", "health", "attributes", "also taken for"];
        int shown = devices.Any(device => device.Families.Count + device.Proxies.Count > 0) ? columns.Length : columns.Length - 1;
        printer.Table(columns[..shown], devices.Select(device => (IReadOnlyList<string>)new[]
        {
            device.Emulated ? $"{device.Name} (emulated)" : device.Name,
            device.Os,
            Words.Name(device.State),
            $"{Words.Name(device.Health)} {device.HealthReason}".Trim(),
            string.Join(" ", device.Attributes),
            string.Join(", ", device.Families.Concat(device.Proxies)),
        }[..shown]));
    }

    private static void Print(Printer printer, string kind, IEnumerable<NodeDiagnosis> nodes)
    {
        foreach (var node in nodes)
        {
            string sandbox = node.Sandbox == "none" ? "NO SANDBOX: models run with the host's rights" : $"sandbox {node.Sandbox}";
            printer.Line($"\n{kind} {node.Name}: {(node.Connected ? "connected" : "not connected")}, {node.Busy} of {node.Slots} busy, {sandbox}");
            foreach (var tool in node.Tools)
            {
                printer.Line(tool.Available ? $"  ok      {tool.Kind} {tool.Name} {tool.Version}" : $"  missing {tool.Kind} {tool.Name}: {tool.Reason}");
            }
        }
    }
}
