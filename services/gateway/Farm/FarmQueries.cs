using System.Globalization;
using Platform.Contracts.Broker.V1;
using Platform.Contracts.Hub.V1;
using Platform.Gateway.Identity;
using Platform.Gateway.Nodes;
using ArtifactClient = Platform.Contracts.Artifact.V1.Artifact.ArtifactClient;
using DeviceList = Platform.Contracts.Hub.V1.DeviceList;
using ListDevicesRequest = Platform.Contracts.Hub.V1.ListDevicesRequest;

namespace Platform.Gateway.Farm;

/// <summary>Devices, frameworks, steps, and what is missing where.</summary>
internal sealed class FarmQueries(DeviceBroker.DeviceBrokerClient broker, ArtifactClient artifact, NodeRegistry nodes)
{
    public async Task<DeviceList> DevicesAsync(CallerIdentity caller, ListDevicesRequest request, CancellationToken cancellation)
    {
        var selector = new DeviceSelector { Name = request.Name, Os = request.Os };
        selector.Attributes.AddRange(request.Attributes);
        var found = await broker.ListDevicesAsync(new Contracts.Broker.V1.ListDevicesRequest { OrganizationId = caller.Owner, Selector = selector }, cancellationToken: cancellation);
        var list = new DeviceList();
        list.Devices.AddRange(request.Select ? found.Devices.OrderByDescending(device => VersionOf(device.Os)).Take(1) : found.Devices);
        return list;
    }

    public async Task<StepList> StepsAsync(CancellationToken cancellation)
    {
        var list = new StepList();
        list.Steps.AddRange((await nodes.StepsAsync(cancellation)).Select(entry => new Step
        {
            Name = entry.Step.Name,
            Version = entry.Step.Version,
            From = ModelTypes.TypeOf(entry.Step.From),
            To = ModelTypes.TypeOf(entry.Step.To),
            Nodes = entry.Nodes,
        }));
        return list;
    }

    public async Task<FrameworkList> FrameworksAsync(CancellationToken cancellation)
    {
        var hosts = await broker.ListHostsAsync(new ListHostsRequest(), cancellationToken: cancellation);
        var list = new FrameworkList();
        list.Frameworks.AddRange(hosts.Hosts.SelectMany(host => host.Tools).Where(tool => tool.Available)
            .GroupBy(tool => tool.Name).SelectMany(group => ToFrameworks(group.Key, group.Select(tool => tool.Version).Distinct())));
        return list;
    }

    public async Task<Diagnostics> DiagnosticsAsync(CancellationToken cancellation)
    {
        var diagnostics = new Diagnostics();
        foreach (var node in await nodes.ListAsync(cancellation))
        {
            var diagnosis = new NodeDiagnosis { Name = node.Name, Connected = nodes.IsConnected(node), Sandbox = node.Sandbox, Slots = node.Slots, Busy = node.Busy };
            diagnosis.Tools.AddRange(NodeRegistry.ToolsOf(node).Select(tool => new ToolDiagnosis { Name = tool.Name, Kind = tool.Kind, Version = tool.Version, Available = tool.Available, Reason = tool.Reason }));
            diagnostics.Nodes.Add(diagnosis);
        }

        var hosts = await broker.ListHostsAsync(new ListHostsRequest(), cancellationToken: cancellation);
        foreach (var host in hosts.Hosts)
        {
            var diagnosis = new NodeDiagnosis { Name = host.Name, Connected = host.Connected, Sandbox = host.Sandbox, Slots = host.Devices, Busy = host.Busy };
            diagnosis.Tools.AddRange(host.Tools.Select(tool => new ToolDiagnosis { Name = tool.Name, Kind = "runner", Version = tool.Version, Available = tool.Available, Reason = tool.Reason }));
            diagnostics.Hosts.Add(diagnosis);
        }

        var place = await artifact.GetPlaceAsync(new Contracts.Artifact.V1.GetPlaceRequest(), cancellationToken: cancellation);
        diagnostics.Blobs = new BlobDiagnosis { Place = place.Place, FreeBytes = place.FreeBytes, Failure = place.Failure };
        return diagnostics;
    }

    private static IEnumerable<Framework> ToFrameworks(string name, IEnumerable<string> versions)
    {
        var newestFirst = versions.OrderByDescending(VersionOf).ToList();
        foreach (string version in newestFirst)
        {
            var framework = new Framework { Name = name, FullVersion = version, ApiVersion = string.Join('.', version.Split('.').Take(2)) };
            if (version == newestFirst[0])
            {
                framework.ApiTags.AddRange(["default", "latest"]);
            }

            yield return framework;
        }
    }

    private static Version VersionOf(string text)
    {
        string digits = string.Join('.', text.Split('.', '-', ' ').TakeWhile(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _)).Take(4));
        return Version.TryParse(digits.Contains('.', StringComparison.Ordinal) ? digits : digits + ".0", out var version) ? version : new Version(0, 0);
    }
}
