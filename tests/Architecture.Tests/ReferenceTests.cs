using System.Xml.Linq;
using TestKit;

namespace Architecture.Tests;

/// <summary>Who may reference whom: architecture 1. Data flows one way, services meet only in the contracts.</summary>
public sealed class ReferenceTests
{
    private static readonly string[] s_modelLibraries = ["Onnx.Model", "Onnx.Tflite", "Torch.Onnx", "Onnx.Quantization"];

    private static readonly Dictionary<string, string[]> s_allowed = new(StringComparer.Ordinal)
    {
        // Rooms by project name; a trailing * is a prefix.
        ["Platform.Contracts"] = [],
        ["Onnx.Model"] = [],
        ["Onnx.Tflite"] = ["Onnx.Model"],
        ["Torch.Onnx"] = ["Onnx.Model"],
        ["Onnx.Quantization"] = ["Onnx.Model"],
        ["Platform.Mounts"] = [],
        ["Platform.Toolchains"] = ["Platform.Contracts", "Platform.Sandbox", "Platform.Mounts", "Onnx.*", "Torch.Onnx"],
        ["Platform.Runners"] = ["Platform.Contracts", "Platform.Sandbox", "Onnx.*"],
        ["Platform.Sandbox"] = ["Platform.Contracts"],
        ["Platform.Store"] = ["Platform.Contracts", "Platform.ServiceDefaults"],
        ["Platform.Transfers"] = ["Platform.Contracts"],
        ["Platform.Messaging"] = ["Platform.Contracts"],
        ["Platform.ServiceDefaults"] = ["Platform.Contracts"],
        ["Platform.Gateway"] = ["Platform.Contracts", "Platform.Toolchains", "Platform.Store", "Platform.Messaging", "Platform.ServiceDefaults"],
        ["Platform.Artifact"] = ["Platform.Contracts", "Platform.Store", "Platform.Messaging", "Platform.ServiceDefaults"],
        ["Platform.DeviceBroker"] = ["Platform.Contracts", "Platform.Toolchains", "Platform.Store", "Platform.Messaging", "Platform.ServiceDefaults"],
        ["Platform.Compiler"] =
            ["Platform.Contracts", "Platform.Mounts", "Platform.Toolchains", "Platform.Runners", "Platform.Sandbox", "Platform.Transfers", "Platform.Messaging", "Platform.ServiceDefaults"],
        ["Platform.ProfilerWorker"] = ["Platform.Contracts", "Platform.Mounts", "Platform.Runners", "Platform.Sandbox", "Platform.Transfers", "Platform.Messaging", "Platform.ServiceDefaults"],
        ["Platform.Host"] = ["Platform.*"],
        ["Hub.Cli"] = ["Platform.Contracts", "Platform.Mounts", "Platform.Toolchains", "Platform.Runners", "Platform.Sandbox", "Platform.Transfers"],
        ["Runner.Step"] = ["Platform.Contracts", "Platform.Sandbox", "Platform.Toolchains", "Platform.Runners", "Onnx.*", "Torch.Onnx"],
        ["Runner.QnnStep"] = ["Platform.Contracts", "Platform.Toolchains", "Onnx.Model"],
        ["Runner.Model"] = ["Platform.Contracts", "Platform.Runners", "Onnx.Model"],
    };

    [Fact]
    public void Projects_ReferenceOnlyWhatTheirRoomMay()
    {
        var violations = ProductProjects()
            .SelectMany(project => References(project).Where(reference => !IsAllowed(Name(project), reference)).Select(reference => $"{Name(project)} -> {reference}"))
            .ToList();
        Assert.True(violations.Count == 0, string.Join('\n', violations));
    }

    [Fact]
    public void ModelLibraries_HaveNoPackages()
    {
        foreach (string project in ProductProjects().Where(project => s_modelLibraries.Contains(Name(project))))
        {
            Assert.Empty(Packages(project));
        }
    }

    [Fact]
    public void Runners_CarryNeitherGrpcNorHosting()
    {
        foreach (string project in ProductProjects().Where(project => Name(project).StartsWith("Runner.", StringComparison.Ordinal)))
        {
            Assert.DoesNotContain(Packages(project), package => package.StartsWith("Grpc", StringComparison.Ordinal) || package.Contains("Hosting", StringComparison.Ordinal));
            Assert.Equal("Microsoft.NET.Sdk", XDocument.Load(project).Root!.Attribute("Sdk")!.Value);
        }
    }

    [Fact]
    public void OnlyRunners_LoadOnnxRuntime()
    {
        var users = ProductProjects().Where(project => Packages(project).Any(package => package.Contains("OnnxRuntime", StringComparison.Ordinal))).Select(Name);
        Assert.All(users, user => Assert.Contains(user, new[] { "Runner.Model", "Runner.QnnStep" }));
    }

    [Fact]
    public void Projects_AreNamedForWhatTheyDo()
    {
        string[] banned = ["Common", "Core", "Shared", "Utils", "Utilities", "Helpers", "BuildingBlocks"];
        Assert.All(ProductProjects().Select(Name), name => Assert.DoesNotContain(name.Split('.'), banned.Contains));
    }

    [Fact]
    public void Solution_HoldsEveryProject()
    {
        string solution = File.ReadAllText(RepositoryRoot.Combine("Platform.sln")).Replace('\\', '/');
        var all = Directory.EnumerateFiles(RepositoryRoot.Path, "*.csproj", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(RepositoryRoot.Path, path)).Where(path => !path.StartsWith("artifacts/", StringComparison.Ordinal));
        Assert.All(all, project => Assert.Contains(project, solution));
    }

    internal static IEnumerable<string> ProductProjects() => new[] { "contracts", "services", "libs", "runners", "clients" }
        .Select(room => RepositoryRoot.Combine(room)).Where(Directory.Exists)
        .SelectMany(room => Directory.EnumerateFiles(room, "*.csproj", SearchOption.AllDirectories))
        .Where(path => !path.Contains("/examples/", StringComparison.Ordinal));

    private static bool IsAllowed(string project, string reference)
    {
        if (!s_allowed.TryGetValue(project, out string[]? allowed))
        {
            return false;
        }

        return allowed.Any(rule => rule.EndsWith('*') ? reference.StartsWith(rule[..^1], StringComparison.Ordinal) : reference == rule);
    }

    private static string Name(string project) => Path.GetFileNameWithoutExtension(project);

    private static IEnumerable<string> References(string project) => Items(project, "ProjectReference").Select(Name);

    private static IEnumerable<string> Packages(string project) => Items(project, "PackageReference");

    private static IEnumerable<string> Items(string project, string kind) =>
        XDocument.Load(project).Descendants(kind).Select(item => item.Attribute("Include")!.Value.Replace('\\', '/'));
}
