using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Platform.Contracts.Hub.V1;
using Platform.Host.Tests.Hosting;
using TestKit.Hub;
using static TestKit.Hub.HubCalls;

namespace Platform.Host.Tests;

/// <summary>
/// Every route of the OpenAPI document against the ids of another organization: an id in a path is not found, whatever it names. A new
/// route without a row fails.
/// </summary>
public sealed class TenancyMatrixTests(HubFixture fixture)
{
    // Routes without an id in their path: what they take in their body is tried out where it names something, the rest is the caller's own.
    private static readonly HashSet<string> s_withoutIds =
    [
        "GET /v1/version", "GET /v1/me", "GET /v1/diagnostics", "GET /v1/organizations", "POST /v1/organizations", "GET /v1/tokens", "POST /v1/tokens", "POST /v1/models", "GET /v1/models",
        "POST /v1/datasets", "GET /v1/datasets", "GET /v1/devices", "GET /v1/frameworks", "GET /v1/steps", "POST /v1/jobs", "POST /v1/jobs/plan", "GET /v1/jobs", "GET /v1/events",
        "POST /v1/webhooks", "GET /v1/webhooks", "GET /v1/usage",
    ];

    private readonly HubProcess _hub = fixture.Hub;

    [Fact]
    public async Task EveryRoute_WithTheIdsOfAnotherOrganization_FindsNothing()
    {
        var ids = await MineAsync();
        var organization = await _hub.Client.CreateOrganizationAsync(new CreateOrganizationRequest { Name = "matrix" });
        string theirs = (await _hub.Client.CreateTokenAsync(new CreateTokenRequest { Name = "theirs", OrganizationId = organization.OrganizationId })).Secret;
        var document = JsonNode.Parse(await _hub.Http.GetStringAsync(Url("/openapi/v1.json")))!;
        var wrong = new List<string>();
        int tried = 0;
        foreach (var (pattern, verbs) in document["paths"]!.AsObject())
        {
            foreach (string verb in verbs!.AsObject().Select(entry => entry.Key.ToUpperInvariant()))
            {
                string route = $"{verb} {pattern}";
                bool operators = pattern.StartsWith("/v1/admin/", StringComparison.Ordinal);
                if (!pattern.Contains('{', StringComparison.Ordinal) && !operators)
                {
                    Assert.True(s_withoutIds.Contains(route), $"{route} is new: say here what it may name");
                    continue;
                }

                string path = ids.Aggregate(pattern, (text, id) => text.Replace("{" + id.Key + "}", id.Value, StringComparison.Ordinal));
                Assert.False(path.Contains('{', StringComparison.Ordinal), $"{route} is new: say here what its id names");
                tried++;
                string code = await CodeAsync(theirs, verb, path);
                if (code != (operators ? "PERMISSION_DENIED" : "NOT_FOUND"))
                {
                    wrong.Add($"{route}: {code}");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(tried >= 30, $"only {tried} routes were tried");
        await AllIsStillThereAsync(ids);
    }

    [Fact]
    public void EveryRoute_OfTheService_IsInTheDocument() =>
        Assert.All(HubReflection.Descriptor.Services.Single().Methods, method => Assert.NotEmpty(method.GetOptions().GetExtension(RestExtensions.Rest).Route));

    private async Task<Dictionary<string, string>> MineAsync()
    {
        var job = await _hub.SucceedAsync(Compile(fixture.Assets.Linear, "onnx"));
        var open = await _hub.Client.CreateModelAsync(new CreateModelRequest { Name = "open", Filename = "open.onnx", SizeBytes = 100 });
        var token = await _hub.Client.CreateTokenAsync(new CreateTokenRequest { Name = "mine" });
        var webhook = await _hub.Client.CreateWebhookAsync(new CreateWebhookRequest { Url = "https://example.org/", Types_ = { "job.created" } });
        return new Dictionary<string, string>
        {
            ["job_id"] = job.JobId,
            ["model_id"] = fixture.Assets.Linear,
            ["dataset_id"] = fixture.Assets.Images,
            ["upload_id"] = open.Upload.UploadId,
            ["token_id"] = token.Token.TokenId,
            ["webhook_id"] = webhook.Webhook.WebhookId,
        };
    }

    private async Task AllIsStillThereAsync(Dictionary<string, string> ids)
    {
        await _hub.Client.GetJobAsync(new GetJobRequest { JobId = ids["job_id"] });
        Assert.Equal(AssetState.Ready, (await _hub.Client.GetModelAsync(new GetModelRequest { ModelId = ids["model_id"] })).State);
        Assert.Equal(AssetState.Ready, (await _hub.Client.GetDatasetAsync(new GetDatasetRequest { DatasetId = ids["dataset_id"] })).State);
        Assert.False((await _hub.Client.ListTokensAsync(new ListTokensRequest())).Tokens.Single(token => token.TokenId == ids["token_id"]).Revoked);
        await _hub.Client.DeleteWebhookAsync(new DeleteWebhookRequest { WebhookId = ids["webhook_id"] });
    }

    private async Task<string> CodeAsync(string token, string verb, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(verb), Url(path));
        request.Headers.Add("Authorization", $"token {token}");
        if (verb is "POST" or "PATCH")
        {
            request.Content = JsonContent.Create(new { });
        }

        using var answer = await _hub.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return answer.IsSuccessStatusCode ? $"{(int)answer.StatusCode}" : (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["code"] ?? "";
    }

    private Uri Url(string path) => new($"http://127.0.0.1:{_hub.HttpPort}{path}");
}
