using System.Text.Json.Nodes;
using TestKit;

namespace Deploy.Tests;

/// <summary>The table of calls in k8s/README.md and the network policies say the same, from both ends.</summary>
public sealed class CallTableTests
{
    private sealed record Call(string From, string To, long Port);

    [Fact]
    public void Policies_AllowTheCallsOfTheTable_AndNoOthers()
    {
        var table = Table();
        Assert.True(table.Count > 15);

        // Outside the base lie the ingress controller and the monitoring: they have no policy of ours, so only the called side counts.
        var ingress = Calls(Yaml.Manifests, "ingress");
        Assert.Equal(Sorted(table), Sorted(ingress));
        Assert.Equal(Sorted(table.Where(call => call.From is not ("ingress" or "monitoring"))), Sorted(Calls(Yaml.Manifests, "egress").Where(call => call.To != "kube-dns")));
    }

    [Theory]
    [InlineData("gateway", "mongodb")]
    [InlineData("compiler", "gateway")]
    public void Policy_WithAPlantedCall_IsFound(string policy, string missing)
    {
        var planted = Yaml.Manifests.Select(file => file is { Kind: "NetworkPolicy" } && file.Name == policy ? Without(file, missing) : file).ToList();
        Assert.NotEqual(Sorted(Calls(Yaml.Manifests, "egress")), Sorted(Calls(planted, "egress")));
    }

    private static YamlFile Without(YamlFile file, string name)
    {
        var copy = file.Copy();
        var rules = copy.Root["spec"]!["egress"]!.AsArray();
        rules.Remove(rules.First(rule => rule!.ToJsonString().Contains($"\"{name}\"", StringComparison.Ordinal)));
        return copy;
    }

    private static IEnumerable<string> Sorted(IEnumerable<Call> calls) => calls.Select(call => $"{call.From} -> {call.To}:{call.Port}").Distinct().Order(StringComparer.Ordinal);

    private static IReadOnlyList<Call> Table() => [.. File.ReadLines(RepositoryRoot.Combine("k8s", "README.md"))
        .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
        .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
        .Select(cells => new Call(cells[1].Trim('`'), cells[2].Trim('`'), long.Parse(cells[3], System.Globalization.CultureInfo.InvariantCulture)))];

    private static IReadOnlyList<Call> Calls(IEnumerable<YamlFile> files, string direction) => [.. files
        .Where(file => file is { Kind: "NetworkPolicy" } && file.Name != "default")
        .SelectMany(file => (file.Root["spec"]![direction]?.AsArray() ?? []).SelectMany(rule => Peers(rule![direction == "ingress" ? "from" : "to"]!.AsArray())
            .SelectMany(peer => rule!["ports"]!.AsArray().Select(port => (long)port!["port"]!)
                .Select(port => direction == "ingress" ? new Call(peer, file.Name, port) : new Call(file.Name, peer, port)))))];

    private static IEnumerable<string> Peers(JsonArray peers) => peers.Select(peer =>
        (string?)peer!["podSelector"]?["matchLabels"]?["app.kubernetes.io/name"] ?? (string?)peer["podSelector"]?["matchLabels"]?["k8s-app"]
            ?? (string?)peer["namespaceSelector"]?["matchLabels"]?["kubernetes.io/metadata.name"] ?? "everybody");
}
