using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Deploy.Tests;

/// <summary>What every container must be, whoever starts it. Each rule answers with the sentences that are broken.</summary>
internal static partial class Policy
{
    /// <summary>The only pods that make sandboxes for foreign models, and so need more than the restricted standard allows.</summary>
    public static readonly IReadOnlySet<string> Sandboxing = new HashSet<string> { "compiler", "farm-host" };

    public const string SandboxNamespace = "hub-sandbox";

    public const string SeccompFile = "seccomp-sandbox.json";

    public static IEnumerable<string> OfManifest(YamlFile file)
    {
        if ((file.Root["spec"]?["template"]?["spec"] ?? (file.Kind == "Pod" ? file.Root["spec"] : null)) is not JsonObject pod)
        {
            return [];
        }

        bool isJob = file.Kind == "Job";
        return OfPod(file, pod).Concat(Containers(pod).SelectMany(container => OfContainer(file, container, isJob))).Where(fault => fault.Length > 0).Select(fault => $"{file}: {fault}");
    }

    public static IEnumerable<string> OfCompose(YamlFile file) => file.Root["services"]!.AsObject().SelectMany(service => OfService(service.Key, service.Value!.AsObject()).Select(fault => $"compose {service.Key}: {fault}"));

    public static bool IsExact(string image) => ExactTag().IsMatch(image);

    private static IEnumerable<string> OfPod(YamlFile file, JsonObject pod)
    {
        bool sandboxing = Sandboxing.Contains(file.Name);
        yield return file.Namespace == SandboxNamespace == sandboxing ? "" : $"is in the namespace {file.Namespace}";
        yield return Is(pod["automountServiceAccountToken"], false) ? "" : "mounts a token of the cluster";
        yield return Is(pod["securityContext"]?["runAsNonRoot"], true) && (long?)pod["securityContext"]?["runAsUser"] > 0 ? "" : "may run as root";
        yield return pod["hostNetwork"] is null && pod["hostPID"] is null && pod["hostIPC"] is null ? "" : "shares the host's namespaces";
        yield return pod["volumes"]?.AsArray().All(volume => volume!["hostPath"] is null) != false ? "" : "mounts the host's files";
        string seccomp = (string?)pod["securityContext"]?["seccompProfile"]?["type"] ?? "";
        yield return seccomp == (sandboxing ? "Localhost" : "RuntimeDefault") ? "" : $"has the seccomp profile '{seccomp}'";
        yield return !sandboxing || ((string?)pod["securityContext"]?["seccompProfile"]?["localhostProfile"])?.EndsWith(SeccompFile, StringComparison.Ordinal) == true ? "" : "does not name the seccomp profile of deploy/";
        yield return !sandboxing || Is(pod["hostUsers"], false) ? "" : "has no user namespace of its own";
        yield return file.Kind == "Job" || pod["topologySpreadConstraints"]?.AsArray().Count > 0 ? "" : "is not spread over machines";
        yield return file.Kind == "Job" || (long?)pod["terminationGracePeriodSeconds"] >= 60 ? "" : "has no time to drain";
    }

    private static IEnumerable<string> OfContainer(YamlFile file, JsonObject container, bool isJob)
    {
        var security = container["securityContext"];
        string name = (string)container["name"]!;
        yield return IsExact((string?)container["image"] ?? "") ? "" : $"{name}: image '{container["image"]}' has no exact tag";
        yield return container["resources"]?["limits"] is JsonObject limits && limits.ContainsKey("cpu") && limits.ContainsKey("memory") ? "" : $"{name}: no limits";
        yield return container["resources"]?["requests"] is JsonObject ? "" : $"{name}: no requests";
        foreach (string probe in isJob ? [] : (string[])["startupProbe", "livenessProbe", "readinessProbe"])
        {
            yield return container[probe] is JsonObject ? "" : $"{name}: no {probe}";
        }

        yield return Is(security?["allowPrivilegeEscalation"], false) && security?["privileged"] is null ? "" : $"{name}: may gain privileges";
        yield return Is(security?["readOnlyRootFilesystem"], true) ? "" : $"{name}: may write its root";
        yield return security?["capabilities"]?["add"] is null && security?["capabilities"]?["drop"]?.AsArray().Any(item => (string?)item == "ALL") == true ? "" : $"{name}: keeps capabilities";
        yield return security?["runAsUser"] is null && security?["runAsNonRoot"] is null ? "" : $"{name}: overrides the pod's user";
        yield return Sandboxing.Contains(file.Name) ? "" : security?["procMount"] is null ? "" : $"{name}: unmasks /proc";
        yield return !(container["env"]?.AsArray() ?? []).Any(item => IsSecretName((string)item!["name"]!) && item["value"] is not null) ? "" : $"{name}: a secret stands in the manifest";
    }

    private static IEnumerable<string> OfService(string name, JsonObject service) => OfServiceRaw(name, service).Where(fault => fault.Length > 0);

    private static IEnumerable<string> OfServiceRaw(string name, JsonObject service)
    {
        bool once = name == "mongodb-replica-set";
        var security = (service["security_opt"]?.AsArray() ?? []).Select(item => (string)item!).ToList();
        yield return IsExact((string?)service["image"] ?? "") ? "" : $"image '{service["image"]}' has no exact tag";
        yield return ((string?)service["user"] ?? "0") is var user && !user.StartsWith('0') && !user.StartsWith("root", StringComparison.Ordinal) ? "" : "may run as root";
        yield return Is(service["read_only"], true) ? "" : "may write its root";
        yield return service["privileged"] is null && service["cap_add"] is null && service["cap_drop"]?.AsArray().Any(item => (string?)item == "ALL") == true ? "" : "keeps capabilities";
        yield return security.Contains("no-new-privileges:true") ? "" : "may gain privileges";
        yield return service["mem_limit"] is not null && service["pids_limit"] is not null ? "" : "has no limits";
        yield return once || service["healthcheck"]?["test"] is not null ? "" : "has no health check";
        yield return Sandboxing.Contains(name) == security.Any(item => item.EndsWith(SeccompFile, StringComparison.Ordinal)) ? "" : "is unrestricted, or lacks its seccomp profile";
        yield return Sandboxing.Contains(name) || !security.Any(item => item.Contains("unconfined", StringComparison.Ordinal)) ? "" : "is unconfined";
        yield return service["depends_on"] is null or JsonObject ? "" : "does not wait for its dependencies' health";
        yield return !(service["environment"]?.AsObject() ?? []).Any(item => IsSecretName(item.Key) && item.Value is JsonValue value && !$"{value}".StartsWith("${", StringComparison.Ordinal)) ? "" : "holds a secret";
        yield return !(service["volumes"]?.AsArray() ?? []).Any(item => ((string)item!).Contains("docker.sock", StringComparison.Ordinal)) ? "" : "holds docker's socket";
    }

    private static IEnumerable<JsonObject> Containers(JsonObject pod) =>
        (pod["containers"]?.AsArray() ?? []).Concat(pod["initContainers"]?.AsArray() ?? []).Select(container => container!.AsObject());

    private static bool IsSecretName(string name) => name.Contains("Token", StringComparison.OrdinalIgnoreCase) || name.Contains("SECRET", StringComparison.OrdinalIgnoreCase) || name.Contains("PASS", StringComparison.OrdinalIgnoreCase);

    private static bool Is(JsonNode? node, bool value) => node is JsonValue found && found.TryGetValue(out bool flag) && flag == value;

    // NAME:VERSION with a number in it, and nothing that moves; a digest may follow.
    [GeneratedRegex(@"^[a-z0-9./-]+:(?!latest)[A-Za-z0-9._-]*\d+\.\d+[A-Za-z0-9._-]*(@sha256:[0-9a-f]{64})?$")]
    private static partial Regex ExactTag();
}
