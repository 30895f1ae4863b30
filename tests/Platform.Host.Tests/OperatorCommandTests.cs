using System.Text.Json.Nodes;
using Platform.Host.Tests.Hosting;
using TestKit;
using TestKit.Hub;

namespace Platform.Host.Tests;

/// <summary>The command line's words for webhooks and operators, against a hub.</summary>
public sealed class OperatorCommandTests(HubFixture fixture) : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Webhooks_AreMadeShownReplayedAndDeleted()
    {
        var created = JsonNode.Parse(await DoneAsync("webhooks", "create", "https://example.org/hub", "--type", "job.ended", "--json"))!;
        string id = (string)created["webhook"]!["webhook_id"]!;
        Assert.StartsWith("whsec_", (string)created["secret"]!, StringComparison.Ordinal);
        Assert.Contains(id, await DoneAsync("webhooks", "list"), StringComparison.Ordinal);
        Assert.Contains("https://example.org/hub", await DoneAsync("webhooks", "show", id), StringComparison.Ordinal);
        Assert.Contains("up to ", await DoneAsync("webhooks", "replay", id, "--after", "0"), StringComparison.Ordinal);
        Assert.Contains("deleted", await DoneAsync("webhooks", "delete", id), StringComparison.Ordinal);
        var gone = await RunAsync("webhooks", "test", id);
        Assert.Equal(2, gone.ExitCode);
        Assert.Contains("NOT_FOUND", gone.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Admin_ShowsTheFarm_AndWhatWasDone()
    {
        var nodes = JsonNode.Parse(await DoneAsync("admin", "nodes", "--json"))!["nodes"]!.AsArray();
        Assert.Contains(nodes, node => (string?)node!["part"] == "BUILD_NODE");
        Assert.Contains(nodes, node => (string?)node!["part"] == "FARM_HOST");
        Assert.NotEmpty(JsonNode.Parse(await DoneAsync("admin", "devices", "--json"))!["devices"]!.AsArray());
        await DoneAsync("admin", "queues", "--json");
        var refused = await RunAsync("admin", "drain", "host", "nobody", "--reason", "a test");
        Assert.True(refused.ExitCode == 2 && refused.Error.Contains("NOT_FOUND", StringComparison.Ordinal), refused.Error);
        Assert.Equal(2, (await RunAsync("admin", "undrain", "device", "nobody")).ExitCode);
        Assert.Equal(2, (await RunAsync("admin", "kill", "jzzzzzzzz", "--reason", "a test")).ExitCode);
        Assert.Equal(64, (await RunAsync("admin", "drain", "shelf", "nobody")).ExitCode);
        var audit = JsonNode.Parse(await DoneAsync("admin", "audit", "--limit", "200", "--json"))!["entries"]!.AsArray();
        Assert.Contains(audit, line => ((string?)line!["method"], (string?)line["target"], (string?)line["outcome"]) == ("Drain", "nobody", "NOT_FOUND"));
    }

    [Fact]
    public async Task Models_Release_SaysThatNothingIsKept()
    {
        Assert.Contains("is kept from no step", await DoneAsync("models", "release", fixture.Assets.Linear), StringComparison.Ordinal);
        Assert.Equal(2, (await RunAsync("models", "release", "mzzzzzzzz")).ExitCode);
    }

    private async Task<string> DoneAsync(params string[] arguments)
    {
        var run = await RunAsync(arguments);
        Assert.True(run.ExitCode == 0, run.Error);
        return run.Output;
    }

    private Task<ProcessRun> RunAsync(params string[] arguments)
    {
        File.WriteAllText(_folder.File("config.toml"), $"default = \"test\"\n[test]\napi_url = \"http://127.0.0.1:{fixture.Hub.GrpcPort}\"\napi_token = \"{fixture.Hub.Token}\"\n");
        return ProcessRun.RunAsync(Path.Combine(HubProcess.Binaries("Hub.Cli"), "hub"), arguments, new Dictionary<string, string> { ["HUB_CONFIG"] = _folder.File("config.toml") });
    }
}
