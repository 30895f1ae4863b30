using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Host.Tests.Hosting;
using TestKit;
using TestKit.Hub;
using static TestKit.Hub.HubCalls;

namespace Platform.Host.Tests;

/// <summary>The same service over HTTP and JSON.</summary>
public sealed class RestTests(HubFixture fixture)
{
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };
    private readonly HubProcess _hub = fixture.Hub;

    [Fact]
    public async Task OpenApi_IsTheSnapshot()
    {
        string document = await _hub.Http.GetStringAsync(Url("/openapi/v1.json"));
        Snapshot.Match(JsonNode.Parse(document)!.ToJsonString(s_indented) + "\n", "tests", "Platform.Host.Tests", "openapi.snapshot.json");
    }

    [Fact]
    public async Task Submit_AndGet_SpeakTheFieldNamesOfTheProto()
    {
        using var request = Request(HttpMethod.Post, "/v1/jobs");
        request.Content = JsonContent.Create(new { spec = new { compile = new { model_id = fixture.Assets.Linear, direct_options = new { target_runtime = "onnx" } } } });
        using var answer = await _hub.Http.SendAsync(request);
        var job = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await _hub.EndAsync((string)job["job_id"]!);
        using var get = await _hub.Http.SendAsync(Request(HttpMethod.Get, $"/v1/jobs/{job["job_id"]}"));
        Assert.Equal("SUCCESS", (string?)JsonNode.Parse(await get.Content.ReadAsStringAsync())!["state"]);
    }

    [Fact]
    public async Task Refusal_HasItsStatusAndItsCode()
    {
        using var request = Request(HttpMethod.Post, "/v1/jobs");
        request.Content = JsonContent.Create(new { spec = new { compile = new { model_id = fixture.Assets.Linear, options = "--nonsense 1" } } });
        using var answer = await _hub.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("OPTION_UNKNOWN", (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["code"]);
    }

    [Theory]
    [InlineData("/v1/jobs/jzzzzzzzz", HttpStatusCode.NotFound)]
    [InlineData("/v1/jobs?limit=many", HttpStatusCode.BadRequest)]
    public async Task BadRequests_AreAnsweredAsSuch(string path, HttpStatusCode status)
    {
        using var answer = await _hub.Http.SendAsync(Request(HttpMethod.Get, path));
        Assert.Equal(status, answer.StatusCode);
    }

    [Fact]
    public async Task WithoutAToken_NothingIsAnswered()
    {
        using var answer = await _hub.Http.GetAsync(Url("/v1/jobs"));
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task WithoutAToken_NothingIsParsed()
    {
        using var content = new StringContent("{\"spec\": ", new MediaTypeHeaderValue("application/json"));
        using var answer = await _hub.Http.PostAsync(Url("/v1/jobs"), content);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task BrokenJson_IsABadRequest()
    {
        using var request = Request(HttpMethod.Post, "/v1/jobs");
        request.Content = new StringContent("{\"spec\": ", new MediaTypeHeaderValue("application/json"));
        using var answer = await _hub.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Events_StreamAsServerSentEvents_AndResume()
    {
        var job = await _hub.SubmitAsync(Compile(fixture.Assets.Linear, "onnx"));
        await _hub.EndAsync(job.JobId);
        string all = await EventsAsync(job.JobId, null);
        string[] ids = [.. all.Split('\n').Where(line => line.StartsWith("id:", StringComparison.Ordinal)).Select(line => line[3..].Trim())];
        Assert.NotEmpty(ids);
        string rest = await EventsAsync(job.JobId, ids[0]);
        Assert.DoesNotContain($"id: {ids[0]}\n", rest.Replace("id:" + ids[0], "id: " + ids[0], StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private async Task<string> EventsAsync(string job, string? after)
    {
        using var request = Request(HttpMethod.Get, $"/v1/jobs/{job}/events");
        if (after is not null)
        {
            request.Headers.Add("Last-Event-ID", after);
        }

        using var answer = await _hub.Http.SendAsync(request);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.Content.Headers.ContentType?.MediaType == "text/event-stream", text);
        return text;
    }

    private HttpRequestMessage Request(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, Url(path));
        request.Headers.Add("Authorization", $"token {_hub.Token}");
        return request;
    }

    private Uri Url(string path) => new($"http://127.0.0.1:{_hub.HttpPort}{path}");
}
