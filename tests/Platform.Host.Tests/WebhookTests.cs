using System.Net;
using Platform.Contracts.Hub.V1;
using Platform.Host.Tests.Hosting;
using TestKit.Hub;
using static TestKit.Hub.HubCalls;

namespace Platform.Host.Tests;

/// <summary>A hub that may deliver to this machine.</summary>
public sealed class WebhookHub : IAsyncLifetime
{
    internal HubProcess Hub { get; private set; } = null!;

    internal string Model { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Hub = await HubProcess.StartAsync(("Webhooks:AllowedNetworks:0", "127.0.0.0/8"), ("Subscriptions:FirstBackOff", "00:00:00.2"), ("Webhooks:Timeout", "00:00:03"));
        Model = await Hub.UploadModelAsync("linear.onnx", Models.Linear(1));
    }

    public ValueTask DisposeAsync() => Hub.DisposeAsync();
}

/// <summary>Events that are posted to a receiver.</summary>
public sealed class WebhookTests(WebhookHub shared, HubFixture fixture) : IClassFixture<WebhookHub>
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);
    private readonly HubProcess _hub = shared.Hub;

    [Fact]
    public async Task Deliveries_AreSigned_InOrder_WithoutGaps_AndGoOnAfterRefusals()
    {
        await using var receiver = new WebhookReceiver();
        int refusals = 0;
        receiver.Answer = _ => Interlocked.Increment(ref refusals) % 3 == 0 ? 500 : 204;
        var created = await CreateAsync(receiver, fromStart: true);
        var job = await _hub.SucceedAsync(Compile(shared.Model, "onnx"), bypassCache: true);
        await Until.TrueAsync(() => Task.FromResult(receiver.Taken.Any(delivery => delivery.Id.StartsWith(job.JobId, StringComparison.Ordinal) && delivery.Type == "job.ended")), s_patience, () => Story(receiver));
        Assert.Equal(Enumerable.Range(1, receiver.Taken.Count), receiver.Taken.Select(delivery => delivery.Sequence));
        Assert.True(receiver.Refused > 0);
        var last = receiver.Taken[^1];
        Assert.Equal(((string)last.Event["id"]!, "application/cloudevents+json; charset=utf-8"), (last.Id, last.ContentType));
        Assert.Equal("SUCCESS", (string?)receiver.Taken.Last(delivery => delivery.Type == "job.ended").Event["data"]!["state"]);
        await DeleteAsync(created);
    }

    [Fact]
    public async Task Types_AreTheOnlyOnesDelivered_AndReplayDeliversAgain()
    {
        await using var receiver = new WebhookReceiver();
        var created = await CreateAsync(receiver, fromStart: true, "job.ended");
        await _hub.SucceedAsync(Compile(shared.Model, "onnx"), bypassCache: true);
        double end = (await EventsAsync())[^1];
        await CaughtUpAsync(created, end);
        var first = receiver.Taken;
        Assert.True(first.Count > 0 && first.All(delivery => delivery.Type == "job.ended"), Story(receiver));
        await _hub.Client.ReplayWebhookAsync(new ReplayWebhookRequest { WebhookId = created.Webhook.WebhookId, AfterSeq = 0 });
        await Until.TrueAsync(() => Task.FromResult(receiver.Taken.Count >= 2 * first.Count), s_patience, () => Story(receiver));
        Assert.Equal(first.Select(delivery => delivery.Id), receiver.Taken.Skip(first.Count).Take(first.Count).Select(delivery => delivery.Id));
        await DeleteAsync(created);
    }

    [Fact]
    public async Task Receiver_ThatWantsNoMore_DisablesTheWebhook_UntilItIsReplayed()
    {
        await using var receiver = new WebhookReceiver { Answer = _ => (int)HttpStatusCode.Gone };
        var created = await CreateAsync(receiver, fromStart: true);
        Webhook webhook = new();
        await Until.TrueAsync(async () => (webhook = await ShowAsync(created)).State == WebhookState.Disabled, s_patience, () => webhook.ToString());
        Assert.Contains("410", webhook.DisabledReason, StringComparison.Ordinal);
        receiver.Answer = _ => 204;
        await _hub.Client.ReplayWebhookAsync(new ReplayWebhookRequest { WebhookId = created.Webhook.WebhookId, AfterSeq = 0 });
        await Until.TrueAsync(() => Task.FromResult(receiver.Taken.Count > 0), s_patience, () => Story(receiver));
        Assert.Equal(WebhookState.Delivering, (await ShowAsync(created)).State);
        await DeleteAsync(created);
    }

    [Fact]
    public async Task Test_SaysHowItWent_AndARedirectIsNotFollowed()
    {
        await using var receiver = new WebhookReceiver();
        var created = await CreateAsync(receiver, fromStart: false, "job.ended");
        var went = await _hub.Client.TestWebhookAsync(new TestWebhookRequest { WebhookId = created.Webhook.WebhookId });
        Assert.True(went is { Delivered: true, Status: 204 }, went.ToString());
        Assert.Equal("webhook.test", Assert.Single(receiver.Taken).Type);
        receiver.Answer = _ => 302;
        went = await _hub.Client.TestWebhookAsync(new TestWebhookRequest { WebhookId = created.Webhook.WebhookId });
        Assert.True(went is { Delivered: false, Status: 302 } && went.Message.Contains("redirect", StringComparison.Ordinal), went.ToString());
        Assert.Equal((1, 1), (receiver.Taken.Count, receiver.Refused));
        await DeleteAsync(created);
    }

    [Fact]
    public async Task Secret_IsShownOnce_AndStandsNowhereElse()
    {
        await using var receiver = new WebhookReceiver();
        var created = await CreateAsync(receiver, fromStart: false);
        string bytes = created.Secret["whsec_".Length..];
        string shown = $"{await ShowAsync(created)}{await _hub.Client.ListWebhooksAsync(new ListWebhooksRequest())}{_hub.Log}";
        Assert.DoesNotContain(bytes, shown, StringComparison.Ordinal);
        foreach (string file in Directory.EnumerateFiles(_hub.Data, "*.db*").Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
            Assert.DoesNotContain(bytes, await reader.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }

        await DeleteAsync(created);
    }

    [Fact]
    public async Task AnotherOrganization_SeesNoWebhookOfTheFirst()
    {
        await using var receiver = new WebhookReceiver();
        var created = await CreateAsync(receiver, fromStart: false);
        string id = created.Webhook.WebhookId;
        var organization = await _hub.Client.CreateOrganizationAsync(new CreateOrganizationRequest { Name = "webhook strangers" });
        var token = await _hub.Client.CreateTokenAsync(new CreateTokenRequest { Name = "theirs", OrganizationId = organization.OrganizationId });
        var theirs = _hub.ClientWith(token.Secret);
        Assert.Empty((await theirs.ListWebhooksAsync(new ListWebhooksRequest())).Webhooks);
        Func<Task>[] calls =
        [
            async () => await theirs.GetWebhookAsync(new GetWebhookRequest { WebhookId = id }),
            async () => await theirs.TestWebhookAsync(new TestWebhookRequest { WebhookId = id }),
            async () => await theirs.ReplayWebhookAsync(new ReplayWebhookRequest { WebhookId = id }),
            async () => await theirs.DeleteWebhookAsync(new DeleteWebhookRequest { WebhookId = id }),
        ];
        foreach (var call in calls)
        {
            Assert.Equal(FailureCode.NotFound, await RefusedAsync(call));
        }

        await DeleteAsync(created);
    }

    [Theory]
    [InlineData("http://10.0.0.1/x", "", FailureCode.WebhookAddressRefused)]
    [InlineData("http://[fe80::1]/x", "", FailureCode.WebhookAddressRefused)]
    [InlineData("gopher://example.org/", "", FailureCode.ArgumentInvalid)]
    [InlineData("https://example.org/", "job.exploded", FailureCode.ArgumentInvalid)]
    public async Task Create_OfWhatCannotBe_IsRefused(string url, string type, FailureCode code)
    {
        var request = new CreateWebhookRequest { Url = url };
        request.Types_.AddRange(type.Length > 0 ? [type] : []);
        Assert.Equal(code, await RefusedAsync(async () => await _hub.Client.CreateWebhookAsync(request)));
    }

    [Fact]
    public async Task Create_ForThisMachine_IsRefusedUnlessAllowed() =>
        Assert.Equal(FailureCode.WebhookAddressRefused, await RefusedAsync(async () => await fixture.Hub.Client.CreateWebhookAsync(new CreateWebhookRequest { Url = "http://127.0.0.1:9/" })));

    [Fact]
    public async Task Create_BeyondTheLimit_IsRefused()
    {
        var organization = await _hub.Client.CreateOrganizationAsync(new CreateOrganizationRequest { Name = "many webhooks" });
        var token = await _hub.Client.CreateTokenAsync(new CreateTokenRequest { Name = "theirs", OrganizationId = organization.OrganizationId });
        var theirs = _hub.ClientWith(token.Secret);
        for (int i = 0; i < 20; i++)
        {
            await theirs.CreateWebhookAsync(new CreateWebhookRequest { Url = "https://example.org/" });
        }

        Assert.Equal(FailureCode.LimitReached, await RefusedAsync(async () => await theirs.CreateWebhookAsync(new CreateWebhookRequest { Url = "https://example.org/" })));
    }

    [Fact]
    public async Task Kill9_DuringDeliveries_LosesNothing_AndWhatComesTwiceIsKnownByItsId()
    {
        await using var hub = await HubProcess.StartAsync(("Webhooks:AllowedNetworks:0", "127.0.0.0/8"), ("Subscriptions:FirstBackOff", "00:00:00.2"));
        await using var receiver = new WebhookReceiver();
        var created = await hub.Client.CreateWebhookAsync(new CreateWebhookRequest { Url = receiver.Url, FromStart = true });
        receiver.Secret = created.Secret;
        string model = await hub.UploadModelAsync("linear.onnx", Models.Linear(1));
        for (int round = 0; round < 3; round++)
        {
            int before = receiver.Taken.Count;
            var jobs = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ => await hub.SubmitAsync(Compile(model, "onnx"), bypassCache: true)));
            await Until.TrueAsync(() => Task.FromResult(receiver.Taken.Count > before + 2), s_patience, () => Story(receiver));
            await hub.KillAsync();
            await hub.StartAgainAsync();
            foreach (var job in jobs)
            {
                await hub.EndAsync(job.JobId);
            }
        }

        double end = (await EventsAsync(hub))[^1];
        await Until.TrueAsync(async () => (await hub.Client.GetWebhookAsync(new GetWebhookRequest { WebhookId = created.Webhook.WebhookId })).DeliveredSeq >= end, s_patience, () => Story(receiver));
        var once = receiver.Taken.DistinctBy(delivery => delivery.Id).Select(delivery => delivery.Sequence).ToList();
        Assert.Equal(Enumerable.Range(1, once.Count), once);
        Assert.True(once.Count >= end, Story(receiver));
        Assert.True(receiver.Taken.Count - once.Count <= 3, $"{receiver.Taken.Count - once.Count} came twice, but the hub died three times");
    }

    private static string Story(WebhookReceiver receiver) => $"{receiver.Refused} refused, taken: {string.Join(' ', receiver.Taken.Select(delivery => $"{delivery.Sequence}:{delivery.Id}:{delivery.Type}"))}";

    private async Task<CreatedWebhook> CreateAsync(WebhookReceiver receiver, bool fromStart, params string[] types)
    {
        var created = await _hub.Client.CreateWebhookAsync(new CreateWebhookRequest { Url = receiver.Url, FromStart = fromStart, Types_ = { types } });
        receiver.Secret = created.Secret;
        return created;
    }

    private async Task<Webhook> ShowAsync(CreatedWebhook created) => await _hub.Client.GetWebhookAsync(new GetWebhookRequest { WebhookId = created.Webhook.WebhookId });

    private async Task DeleteAsync(CreatedWebhook created) => await _hub.Client.DeleteWebhookAsync(new DeleteWebhookRequest { WebhookId = created.Webhook.WebhookId });

    private Task CaughtUpAsync(CreatedWebhook created, double end) => Until.TrueAsync(async () => (await ShowAsync(created)).DeliveredSeq >= end, s_patience, () => _hub.Log);

    private Task<List<double>> EventsAsync() => EventsAsync(_hub);

    private static async Task<List<double>> EventsAsync(HubProcess hub)
    {
        using var call = hub.Client.WatchEvents(new WatchEventsRequest { Once = true });
        var events = new List<double>();
        while (await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken))
        {
            events.Add(double.Parse(call.ResponseStream.Current.Sequence, System.Globalization.CultureInfo.InvariantCulture));
        }

        return events;
    }
}
