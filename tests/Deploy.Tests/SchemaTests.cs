using System.Text.Json;
using System.Text.Json.Nodes;
using k8s;
using TestKit;

namespace Deploy.Tests;

/// <summary>Compose and every manifest are held against the schemas of those who read them.</summary>
public sealed class SchemaTests
{
    private static readonly Lazy<Task<string>> s_schemas = new(InstallAsync);

    [Fact]
    public async Task Compose_IsACompose() => Assert.Empty(await FaultsAsync([Yaml.Compose]));

    [Fact]
    public async Task Manifests_AreWhatKubernetesAndKedaTake() => Assert.Empty(await FaultsAsync(Yaml.Manifests));

    [Fact]
    public void ManifestsAndPatches_HaveNoMemberThatKubernetesDoesNotKnow() => Assert.All(Yaml.Manifests.Concat(Yaml.Patches).Where(file => file.Kind != "ScaledObject"), ReadStrictly);

    [Theory]
    [InlineData("services.gateway.ports", "\"many\"")]
    [InlineData("services.gateway.read_onyl", "true")]
    public async Task Compose_WithAPlantedFault_IsFound(string path, string value)
    {
        var planted = Yaml.Compose.Copy();
        Plant(planted.Root, path, value);
        var faults = await FaultsAsync([planted]);
        Assert.NotEmpty(faults);
        Assert.All(faults, fault => Assert.DoesNotContain("no schema", fault, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Deployment", "spec.replicas", "\"two\"")]
    [InlineData("Deployment", "spec.selector", "null")]
    [InlineData("NetworkPolicy", "spec.podSelector", "\"all\"")]
    [InlineData("PodDisruptionBudget", "spec.selector", "\"all\"")]
    [InlineData("ScaledObject", "spec.maxReplicaCount", "\"many\"")]
    [InlineData("ScaledObject", "spec.triggers", "null")]
    public async Task Manifest_WithAPlantedFault_IsFound(string kind, string path, string value)
    {
        var planted = Yaml.Manifests.First(file => file.Kind == kind).Copy();
        Plant(planted.Root, path, value);
        var faults = await FaultsAsync([planted]);
        Assert.NotEmpty(faults);
        Assert.All(faults, fault => Assert.DoesNotContain("no schema", fault, StringComparison.Ordinal));
    }

    [Fact]
    public void Manifest_WithAnUnknownMember_IsFound()
    {
        var planted = Yaml.Manifests.First(file => file.Kind == "Deployment").Copy();
        Plant(planted.Root, "spec.template.spec.hostUser", "false");
        Assert.ThrowsAny<Exception>(() => ReadStrictly(planted));
    }

    private static void ReadStrictly(YamlFile file) => KubernetesYaml.LoadAllFromString(file.Root.ToJsonString(), strict: true);

    private static void Plant(JsonObject root, string path, string value)
    {
        string[] names = path.Split('.');
        var at = names[..^1].Aggregate(root, (node, name) => (JsonObject)node[name]!);
        at.Remove(names[^1]);
        if (value != "null")
        {
            at[names[^1]] = JsonNode.Parse(value);
        }
    }

    private static async Task<IReadOnlyList<string>> FaultsAsync(IReadOnlyList<YamlFile> files)
    {
        string folder = await s_schemas.Value;
        using var work = new TempFolder();
        await File.WriteAllTextAsync(work.File("documents.json"), JsonSerializer.Serialize(files.Select(file => file.Root)), TestContext.Current.CancellationToken);
        var run = await ProcessRun.RunAsync("node", [Path.Combine(folder, "validate.cjs"), work.File("documents.json")], folder: folder);
        Assert.True(run.ExitCode == 0, run.Error);
        return [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => $"{files[int.Parse(line.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture)]}: {line}")];
    }

    // Once for a clone; the lock file names every package's hash.
    private static async Task<string> InstallAsync()
    {
        Assert.SkipUnless(OnPath("node") && OnPath("npm"), "needs node and npm, which bring the schemas");
        string source = RepositoryRoot.Combine("tests", "Deploy.Tests", "schemas");
        string folder = Directory.CreateDirectory(RepositoryRoot.Combine("artifacts", "deploy-schemas")).FullName;
        string stamp = Path.Combine(folder, "installed");
        string wanted = await File.ReadAllTextAsync(Path.Combine(source, "package-lock.json"));
        foreach (string file in Directory.EnumerateFiles(source))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        }

        if (!File.Exists(stamp) || await File.ReadAllTextAsync(stamp) != wanted)
        {
            var run = await ProcessRun.RunAsync("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts"], folder: folder);
            Assert.SkipUnless(run.ExitCode == 0, $"npm could not install the schemas: {run.Error}");
            await File.WriteAllTextAsync(stamp, wanted);
        }

        return folder;
    }

    private static bool OnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));
}
