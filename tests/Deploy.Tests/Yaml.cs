using System.Globalization;
using System.Text.Json.Nodes;
using TestKit;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Deploy.Tests;

/// <summary>A document of a YAML file.</summary>
/// <param name="File">Path from the repository's root.</param>
/// <param name="Root">Its content, anchors and merges resolved.</param>
internal sealed record YamlFile(string File, JsonObject Root)
{
    public string Kind => (string?)Root["kind"] ?? "";

    public string Name => (string?)Root["metadata"]?["name"] ?? "";

    public string Namespace => (string?)Root["metadata"]?["namespace"] ?? "";

    public override string ToString() => $"{File}: {Kind} {Namespace}/{Name}";

    public YamlFile Copy() => this with { Root = (JsonObject)Root.DeepClone() };
}

/// <summary>Reads YAML as JSON.</summary>
internal static class Yaml
{
    public static YamlFile Compose { get; } = Load("deploy/docker-compose.yml").Single();

    /// <summary>Every whole object of base and overlays; neither kustomizations nor patches.</summary>
    public static IReadOnlyList<YamlFile> Manifests { get; } = [.. Kustomizations().SelectMany(file => Listed(file, "resources")).Where(path => path.EndsWith(".yaml", StringComparison.Ordinal)).Distinct().SelectMany(Load)];

    public static IReadOnlyList<YamlFile> Patches { get; } = [.. Kustomizations().SelectMany(file => Listed(file, "patches")).SelectMany(Load)];

    public static IEnumerable<string> Kustomizations() => Directory.EnumerateFiles(RepositoryRoot.Combine("k8s"), "kustomization.yaml", SearchOption.AllDirectories).Select(Relative).Order(StringComparer.Ordinal);

    public static IEnumerable<string> Listed(string kustomization, string key) => (Load(kustomization).Single().Root[key]?.AsArray() ?? [])
        .Select(item => item is JsonObject patch ? (string)patch["path"]! : (string)item!)
        .Select(name => Relative(Path.GetFullPath(Path.Combine(RepositoryRoot.Combine(Path.GetDirectoryName(kustomization)!), name))));

    public static IEnumerable<YamlFile> Load(string path)
    {
        using var reader = new StreamReader(RepositoryRoot.Combine(path));
        var stream = new YamlStream();
        stream.Load(new Parser(reader));
        return [.. stream.Documents.Select(document => new YamlFile(path, (JsonObject)Convert(document.RootNode)!))];
    }

    private static string Relative(string path) => Path.GetRelativePath(RepositoryRoot.Combine(), path);

    private static JsonNode? Convert(YamlNode node) => node switch
    {
        YamlMappingNode map => Merge(map),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(Convert)]),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "true" or "false" } flag => JsonValue.Create(flag.Value == "true"),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "" or "null" or "~" } => null,
        YamlScalarNode { Style: ScalarStyle.Plain } plain when long.TryParse(plain.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole) => JsonValue.Create(whole),
        YamlScalarNode { Style: ScalarStyle.Plain } plain when double.TryParse(plain.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) => JsonValue.Create(number),
        YamlScalarNode text => JsonValue.Create(text.Value),
        _ => throw new InvalidOperationException($"{node.NodeType} at {node.Start}"),
    };

    // What a map merges in (<<) comes first; what it says itself wins.
    private static JsonObject Merge(YamlMappingNode map)
    {
        var merged = new JsonObject();
        foreach (var (key, value) in map.Children.OrderBy(pair => ((YamlScalarNode)pair.Key).Value == "<<" ? 0 : 1))
        {
            string name = ((YamlScalarNode)key).Value!;
            foreach (var (member, content) in name == "<<" ? [.. ((JsonObject)Convert(value)!)] : new[] { KeyValuePair.Create(name, Convert(value)) })
            {
                merged[member] = content?.DeepClone();
            }
        }

        return merged;
    }
}
