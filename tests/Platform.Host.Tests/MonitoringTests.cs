using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Platform.Contracts.Hub.V1;
using TestKit;
using TestKit.Hub;
using static TestKit.Hub.HubCalls;

namespace Platform.Host.Tests;

/// <summary>The dashboard and the alert rules of deploy/ ask for metrics that a hub really has, and every alert has its page.</summary>
public sealed partial class MonitoringTests
{
    [Fact]
    public async Task DashboardAndAlerts_NameMetricsThatAHubHas()
    {
        await using var receiver = new WebhookReceiver { Answer = _ => 500 };
        await using var hub = await HubProcess.StartAsync(("Telemetry:Prometheus", "true"), ("Webhooks:AllowedNetworks:0", "127.0.0.0/8"), ("Gateway:FirstBackOff", "00:00:00.5"));
        receiver.Secret = (await hub.Client.CreateWebhookAsync(new CreateWebhookRequest { Url = receiver.Url, FromStart = true })).Secret;
        string model = await hub.UploadModelAsync("heavy.onnx", Models.Heavy());
        var job = await hub.SubmitAsync(Profile(model, "--max_profiler_iterations 2000 --max_profiler_time 4"));
        await Until.TrueAsync(async () => (await hub.Client.GetJobAsync(new GetJobRequest { JobId = job.JobId })).Phase == JobPhase.Running, TimeSpan.FromSeconds(60), () => hub.Log);
        await hub.Client.KillAttemptAsync(new KillAttemptRequest { JobId = job.JobId });
        await RefusedAsync(async () => await hub.Client.GetJobAsync(new GetJobRequest { JobId = "jzzzzzzzz" }));
        await hub.EndAsync(job.JobId);
        await hub.Client.DrainAsync(new DrainRequest { Part = FarmPart.BuildNode, Id = "embedded" });
        await hub.SubmitAsync(Compile(model, "onnx"));

        var wanted = Asked();
        Assert.True(wanted.Count >= 8, string.Join(' ', wanted));
        string text = "";
        await Until.TrueAsync(
            async () =>
            {
                text = await hub.Http.GetStringAsync(new Uri($"http://127.0.0.1:{hub.HttpPort}/metrics"));
                return wanted.All(name => Regex.IsMatch(text, $"^{name}(\\{{| )", RegexOptions.Multiline));
            },
            TimeSpan.FromSeconds(60),
            () => $"missing: {string.Join(' ', wanted.Where(name => !Regex.IsMatch(text, $"^{name}(\\{{| )", RegexOptions.Multiline)))}\n{text}");
    }

    [Fact]
    public void EveryAlert_HasItsEntryInTheRunbook()
    {
        string page = File.ReadAllText(RepositoryRoot.Combine("docs", "operations.md"));
        var alerts = AlertName().Matches(Alerts()).Select(match => match.Groups[1].Value).ToList();
        Assert.True(alerts.Count >= 8);
        Assert.All(alerts, alert =>
        {
            Assert.Contains($"\n#### {alert}\n", page, StringComparison.Ordinal);
            Assert.Contains($"runbook: docs/operations.md#{alert.ToLowerInvariant()}", Alerts(), StringComparison.Ordinal);
        });
        var pages = RunbookName().Matches(page).Select(match => match.Groups[1].Value);
        Assert.Equal(alerts.Order(), pages.Order());
    }

    private static string Alerts() => File.ReadAllText(RepositoryRoot.Combine("deploy", "prometheus", "hub-alerts.yaml"));

    private static HashSet<string> Asked()
    {
        var dashboard = JsonNode.Parse(File.ReadAllText(RepositoryRoot.Combine("deploy", "grafana", "hub-dashboard.json")))!;
        var expressions = dashboard["panels"]!.AsArray().SelectMany(panel => panel!["targets"]!.AsArray()).Select(target => (string)target!["expr"]!)
            .Concat(AlertExpression().Matches(Alerts()).Select(match => match.Groups[1].Value));
        return [.. expressions.SelectMany(expression => MetricName().Matches(Labels().Replace(expression, "")).Select(match => match.Value))];
    }

    [GeneratedRegex(@"^\s+- alert: (\w+)$", RegexOptions.Multiline)]
    private static partial Regex AlertName();

    [GeneratedRegex(@"^\s+expr: (.+)$", RegexOptions.Multiline)]
    private static partial Regex AlertExpression();

    [GeneratedRegex("^#### (Hub\\w+)$", RegexOptions.Multiline)]
    private static partial Regex RunbookName();

    [GeneratedRegex(@"\b(hub|http|dotnet)_\w+")]
    private static partial Regex MetricName();

    [GeneratedRegex(@"\{[^}]*\}|by \([^)]*\)|on \([^)]*\)")]
    private static partial Regex Labels();
}
