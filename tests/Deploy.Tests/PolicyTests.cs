using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TestKit;

namespace Deploy.Tests;

/// <summary>No image that moves, nobody is root, everybody is bounded and watched, and only those who must are less restricted.</summary>
public sealed partial class PolicyTests
{
    public static TheoryData<string, string, string> Faults => new()
    {
        { "gateway", "containers.0.image", "\"hub/gateway:latest\"" },
        { "gateway", "containers.0.image", "\"hub/gateway\"" },
        { "gateway", "containers.0.resources.limits", "null" },
        { "gateway", "containers.0.resources.limits.memory", "null" },
        { "gateway", "containers.0.livenessProbe", "null" },
        { "gateway", "containers.0.readinessProbe", "null" },
        { "gateway", "containers.0.startupProbe", "null" },
        { "gateway", "containers.0.securityContext.readOnlyRootFilesystem", "false" },
        { "gateway", "containers.0.securityContext.allowPrivilegeEscalation", "true" },
        { "gateway", "containers.0.securityContext.privileged", "true" },
        { "gateway", "containers.0.securityContext.capabilities.add", "[\"NET_ADMIN\"]" },
        { "gateway", "containers.0.securityContext.capabilities.drop", "null" },
        { "gateway", "containers.0.securityContext.procMount", "\"Unmasked\"" },
        { "gateway", "containers.0.securityContext.runAsUser", "0" },
        { "gateway", "containers.0.env.0", "{\"name\":\"ServiceIdentity__Token\",\"value\":\"hush\"}" },
        { "gateway", "securityContext.runAsNonRoot", "null" },
        { "gateway", "securityContext.runAsUser", "0" },
        { "gateway", "securityContext.seccompProfile.type", "\"Unconfined\"" },
        { "gateway", "hostNetwork", "true" },
        { "gateway", "hostPID", "true" },
        { "gateway", "volumes.0.hostPath", "{\"path\":\"/\"}" },
        { "gateway", "automountServiceAccountToken", "null" },
        { "gateway", "topologySpreadConstraints", "null" },
        { "gateway", "terminationGracePeriodSeconds", "1" },
        { "compiler", "hostUsers", "null" },
        { "compiler", "securityContext.seccompProfile.localhostProfile", "\"other.json\"" },
        { "compiler", "securityContext.seccompProfile.type", "\"Unconfined\"" },
    };

    public static TheoryData<string, string, string> ComposeFaults => new()
    {
        { "gateway", "image", "\"hub/gateway:latest\"" },
        { "rabbitmq", "image", "\"rabbitmq:4\"" },
        { "gateway", "user", "null" },
        { "gateway", "user", "\"0:0\"" },
        { "gateway", "read_only", "null" },
        { "gateway", "cap_drop", "null" },
        { "gateway", "cap_add", "[\"SYS_ADMIN\"]" },
        { "gateway", "privileged", "true" },
        { "gateway", "security_opt", "[]" },
        { "gateway", "security_opt", "[\"no-new-privileges:true\", \"seccomp:unconfined\"]" },
        { "compiler", "security_opt", "[\"no-new-privileges:true\"]" },
        { "gateway", "mem_limit", "null" },
        { "gateway", "healthcheck", "null" },
        { "gateway", "depends_on", "[\"mongodb\"]" },
        { "gateway", "environment.ServiceIdentity__Token", "\"hush\"" },
        { "gateway", "volumes", "[\"/var/run/docker.sock:/var/run/docker.sock\"]" },
    };

    [Fact]
    public void Manifests_KeepThePolicy() => Assert.Empty(Yaml.Manifests.SelectMany(Policy.OfManifest));

    [Fact]
    public void Compose_KeepsThePolicy() => Assert.Empty(Policy.OfCompose(Yaml.Compose));

    [Theory]
    [MemberData(nameof(Faults))]
    public void Manifest_WithAPlantedViolation_IsFound(string name, string path, string value)
    {
        var planted = Yaml.Manifests.Single(file => file.Kind == "Deployment" && file.Name == name).Copy();
        Plant((JsonObject)planted.Root["spec"]!["template"]!["spec"]!, path, value);
        Assert.Single(Policy.OfManifest(planted));
    }

    [Theory]
    [MemberData(nameof(ComposeFaults))]
    public void Compose_WithAPlantedViolation_IsFound(string service, string path, string value)
    {
        var planted = Yaml.Compose.Copy();
        Plant((JsonObject)planted.Root["services"]![service]!, path, value);
        Assert.NotEmpty(Policy.OfCompose(planted));
    }

    [Fact]
    public void RestrictedNamespace_HoldsAllButTheSandboxingPods()
    {
        var namespaces = Yaml.Manifests.Where(file => file.Kind == "Namespace").ToDictionary(file => file.Name, file => (string?)file.Root["metadata"]!["labels"]!["pod-security.kubernetes.io/enforce"]);
        Assert.Equal("restricted", namespaces["hub"]);
        Assert.Equal(["hub", Policy.SandboxNamespace], namespaces.Keys.Order());
        Assert.Equal(Policy.Sandboxing.Order(), Yaml.Manifests.Where(file => file.Namespace == Policy.SandboxNamespace && file.Kind == "Deployment").Select(file => file.Name).Order());
    }

    [Fact]
    public void EveryLongLivedPod_HasABudgetAndAPolicyOfItsOwn()
    {
        var pods = Yaml.Manifests.Where(file => file.Kind is "Deployment" or "StatefulSet").Select(file => (file.Namespace, file.Name)).ToList();
        Assert.True(pods.Count >= 8);
        foreach (string kind in new[] { "PodDisruptionBudget", "NetworkPolicy" })
        {
            Assert.Empty(pods.Except(Yaml.Manifests.Where(file => file.Kind == kind).Select(file => (file.Namespace, file.Name))));
        }

        Assert.Equal(["hub", "hub-sandbox"], Yaml.Manifests.Where(file => file is { Kind: "NetworkPolicy", Name: "default" } && file.Root["spec"]!["podSelector"]!.AsObject().Count == 0).Select(file => file.Namespace).Order());
    }

    [Fact]
    public void EveryFileOfK8s_IsPartOfAKustomization_AndEveryPatchHasItsTarget()
    {
        var listed = Yaml.Kustomizations().SelectMany(file => Yaml.Listed(file, "resources").Concat(Yaml.Listed(file, "patches")).Append(file)).ToHashSet();
        Assert.Empty(Directory.EnumerateFiles(RepositoryRoot.Combine("k8s"), "*.yaml", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(RepositoryRoot.Combine(), path)).Except(listed));
        Assert.All(listed, path => Assert.True(Path.Exists(RepositoryRoot.Combine(path)), path));
        Assert.All(Yaml.Patches, patch => Assert.Contains(Yaml.Manifests, file => (file.Kind, file.Namespace, file.Name) == (patch.Kind, patch.Namespace, patch.Name)));
    }

    [Fact]
    public void Scalers_FollowRunnableWork_NotAQueuesLength()
    {
        var scalers = Yaml.Manifests.Where(file => file.Kind == "ScaledObject").ToList();
        Assert.Equal(Policy.Sandboxing.Order(), scalers.Select(file => file.Name).Order());
        Assert.All(scalers, file => Assert.All(file.Root["spec"]!["triggers"]!.AsArray(), trigger =>
        {
            Assert.Equal("prometheus", (string?)trigger!["type"]);
            Assert.Contains("hub_runnable_jobs", (string?)trigger["metadata"]!["query"], StringComparison.Ordinal);
        }));
    }

    [Fact]
    public void Images_OfTheServices_AreThoseThatTheDockerfilesMake()
    {
        var made = Directory.EnumerateFiles(RepositoryRoot.Combine("deploy"), "*.Dockerfile").Select(path => Path.GetFileNameWithoutExtension(path)!).Order().ToList();
        Assert.Equal(["artifact", "compiler", "device-broker", "gateway", "profiler-worker"], made);
        var services = Yaml.Compose.Root["services"]!.AsObject().Where(service => service.Value!["build"] is not null).ToList();
        Assert.Equal(made.Select(name => $"deploy/{name}.Dockerfile"), services.Select(service => (string)service.Value!["build"]!["dockerfile"]!).Order());
        string version = VersionLine().Match(File.ReadAllText(RepositoryRoot.Combine("Directory.Build.props"))).Groups[1].Value;
        var wanted = made.Select(name => $"hub/{name}:{version}").ToList();
        Assert.Equal(wanted, services.Select(service => (string)service.Value!["image"]!).Order());
        Assert.Equal(wanted, Yaml.Manifests.Where(file => file.Kind == "Deployment").Select(file => (string)file.Root["spec"]!["template"]!["spec"]!["containers"]![0]!["image"]!).Order());
    }

    [Fact]
    public void Dockerfiles_AreMultiStage_NotRoot_AndOfExactTags()
    {
        foreach (string path in Directory.EnumerateFiles(RepositoryRoot.Combine("deploy"), "*.Dockerfile"))
        {
            Assert.Empty(DockerfileFaults(File.ReadAllLines(path)));
        }
    }

    [Theory]
    [InlineData("USER 10001:10001", "USER root")]
    [InlineData("USER 10001:10001", "")]
    [InlineData("FROM debian:12.12-slim", "FROM debian:latest")]
    [InlineData("FROM debian:12.12-slim", "FROM debian")]
    [InlineData("COPY --from=build /out /opt/hub", "COPY . /opt/hub")]
    public void Dockerfile_WithAPlantedViolation_IsFound(string line, string planted)
    {
        string text = File.ReadAllText(RepositoryRoot.Combine("deploy", "gateway.Dockerfile"));
        Assert.Contains(line, text, StringComparison.Ordinal);
        Assert.NotEmpty(DockerfileFaults(text.Replace(line, planted, StringComparison.Ordinal).Split('\n')));
    }

    [Fact]
    public void Settings_OfComposeAndManifests_AreSettingsOfTheServices()
    {
        string sources = string.Join('\n', new[] { "services", "libs" }.SelectMany(folder => Directory.EnumerateFiles(RepositoryRoot.Combine(folder), "*.cs", SearchOption.AllDirectories)).Where(path => Path.GetFileName(path).Contains("Options", StringComparison.Ordinal) || path.Contains("/Hosting/", StringComparison.Ordinal) || path.Contains("ServiceAddresses", StringComparison.Ordinal) || path.Contains("ServiceIdentity", StringComparison.Ordinal) || path.Contains("Messaging", StringComparison.Ordinal)).Select(File.ReadAllText));
        var names = Yaml.Compose.Root["services"]!.AsObject().SelectMany(service => service.Value!["environment"]?.AsObject().Select(item => item.Key) ?? [])
            .Concat(Yaml.Manifests.Where(file => file.Kind == "ConfigMap").SelectMany(file => file.Root["data"]!.AsObject().Select(item => item.Key)))
            .Concat(Yaml.Manifests.Concat(Yaml.Patches).SelectMany(file => file.Root["spec"]?["template"]?["spec"]?["containers"]?[0]?["env"]?.AsArray().Select(item => (string)item!["name"]!) ?? []))
            .Where(name => name.Contains("__", StringComparison.Ordinal)).Distinct().ToList();
        Assert.True(names.Count > 15);
        Assert.All(names, name => Assert.Matches($@"public \S+ {name.Split("__")[^1]} {{", sources));
    }

    [Fact]
    public async Task PinImages_WithoutARegistry_RefusesAndWritesNothing()
    {
        using var bin = new TempFolder();
        string before = File.ReadAllText(RepositoryRoot.Combine("deploy", "docker-compose.yml"));
        foreach (string program in new[] { "bash", "sed", "grep", "sort", "dirname" })
        {
            File.CreateSymbolicLink(bin.File(program), $"/usr/bin/{program}");
        }

        var run = await ProcessRun.RunAsync("/usr/bin/bash", [RepositoryRoot.Combine("deploy", "pin-images.sh")], new Dictionary<string, string> { ["PATH"] = bin.Path });
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("needs docker", run.Error, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(RepositoryRoot.Combine("deploy", "docker-compose.yml")));
    }

    [Fact]
    public async Task PinImages_WithARegistry_WritesWhatItAnswers()
    {
        using var copy = new TempFolder();
        foreach (string file in Directory.EnumerateFiles(RepositoryRoot.Combine("deploy")).Concat(Directory.EnumerateFiles(RepositoryRoot.Combine("k8s", "overlays"), "*.yaml", SearchOption.AllDirectories)))
        {
            string target = copy.File(Path.GetRelativePath(RepositoryRoot.Combine(), file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        // A docker that answers as a registry would, and knows no mongo.
        string docker = Path.Combine(Directory.CreateDirectory(copy.File("bin")).FullName, "docker");
        File.WriteAllText(docker, "#!/bin/bash\n[ \"$2\" = version ] && exit 0\ncase \"$4\" in mongo:*) exit 1 ;; esac\nprintf 'sha256:%s' \"$(printf %s \"$4\" | sha256sum | cut -d' ' -f1)\"\n");
        File.SetUnixFileMode(docker, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var environment = new Dictionary<string, string> { ["PATH"] = $"{copy.File("bin")}:/usr/bin:/bin" };
        var run = await ProcessRun.RunAsync(copy.File("deploy/pin-images.sh"), [], environment);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("no registry answers for mongo:8.0.13", run.Error, StringComparison.Ordinal);
        string compose = File.ReadAllText(copy.File("deploy/docker-compose.yml"));
        Assert.Matches(@"image: rabbitmq:4\.1\.4@sha256:[0-9a-f]{64}\n", compose);
        Assert.Matches(@"image: mongo:8\.0\.13\n", compose);
        Assert.Matches(@"FROM debian:12\.12-slim@sha256:[0-9a-f]{64}\n", File.ReadAllText(copy.File("deploy/gateway.Dockerfile")));
        Assert.Matches(@"image: rabbitmq:4\.1\.4@sha256:[0-9a-f]{64}\n", File.ReadAllText(copy.File("k8s/overlays/kind/stores.yaml")));
        Assert.Contains("image: hub/gateway:0.1.0\n", compose, StringComparison.Ordinal);

        // Again: the same, not twice.
        await ProcessRun.RunAsync(copy.File("deploy/pin-images.sh"), [], environment);
        Assert.Equal(compose, File.ReadAllText(copy.File("deploy/docker-compose.yml")));
    }

    private static IEnumerable<string> DockerfileFaults(IReadOnlyList<string> lines)
    {
        var froms = lines.Where(line => line.StartsWith("FROM ", StringComparison.Ordinal)).Select(line => line.Split(' ')[1]).ToList();
        if (froms.Count < 2 || !lines.Any(line => line.StartsWith("COPY --from=build", StringComparison.Ordinal)))
        {
            yield return "is not multi-stage";
        }

        foreach (string image in froms.Where(image => !Policy.IsExact(image)))
        {
            yield return $"'{image}' has no exact tag";
        }

        int last = lines.ToList().FindLastIndex(line => line.StartsWith("FROM ", StringComparison.Ordinal));
        var stage = lines.Skip(last).ToList();
        if (stage.FindLast(line => line.StartsWith("USER ", StringComparison.Ordinal)) is not { } user || !NumericUser().IsMatch(user))
        {
            yield return "runs as root, or as a user that Kubernetes cannot tell from root";
        }

        if (stage.Any(line => line.StartsWith("COPY .", StringComparison.Ordinal) || line.StartsWith("ADD ", StringComparison.Ordinal)))
        {
            yield return "copies sources into the image";
        }

        if (!stage.Any(line => line.StartsWith("HEALTHCHECK ", StringComparison.Ordinal)))
        {
            yield return "has no health check";
        }
    }

    private static void Plant(JsonObject root, string path, string value)
    {
        string[] names = path.Split('.');
        JsonNode at = names[..^1].Aggregate((JsonNode)root, (node, name) => int.TryParse(name, out int index) ? node[index]! : node[name]!);
        if (int.TryParse(names[^1], out int last))
        {
            at.AsArray()[last] = JsonNode.Parse(value);
        }
        else if (value == "null")
        {
            Assert.True(at.AsObject().Remove(names[^1]), path);
        }
        else
        {
            at[names[^1]] = JsonNode.Parse(value);
        }
    }

    [GeneratedRegex("<Version>([^<]+)</Version>")]
    private static partial Regex VersionLine();

    [GeneratedRegex(@"^USER [1-9]\d*(:\d+)?$")]
    private static partial Regex NumericUser();
}
