using Grpc.Core;
using Platform.Contracts.Hub.V1;
using TestKit.Hub;
using static TestKit.Hub.HubCalls;

namespace Platform.Host.Tests;

/// <summary>The log of a busy hub that says all it can holds no secret.</summary>
public sealed class SecretTests
{
    private const string ServiceToken = "the-service-token-of-the-secret-test";
    private const string BusPassword = "the-bus-password-of-the-secret-test";

    [Fact]
    public async Task Log_OfABusyHub_HoldsNoSecret()
    {
        await using var receiver = new WebhookReceiver { Answer = _ => 500 };
        await using var hub = await HubProcess.StartAsync(
            ("Logging:LogLevel:Default", "Trace"),
            ("ServiceIdentity:Token", ServiceToken),
            ("Webhooks:AllowedNetworks:0", "127.0.0.0/8"),
            ("Subscriptions:FirstBackOff", "00:00:00.2"),
            ("Bus:Kind", "rabbitmq"),
            ("Bus:ConnectionString", $"amqp://hub:{BusPassword}@127.0.0.1:1/"));
        var webhook = await hub.Client.CreateWebhookAsync(new CreateWebhookRequest { Url = receiver.Url + "?key=the-key-in-the-address", FromStart = true });
        receiver.Secret = webhook.Secret;
        var token = await hub.Client.CreateTokenAsync(new CreateTokenRequest { Name = "busy" });
        await hub.ClientWith(token.Secret).GetMeAsync(new GetMeRequest());
        await Assert.ThrowsAsync<RpcException>(async () => await hub.ClientWith(token.Secret[..^1] + "~").GetMeAsync(new GetMeRequest()));
        using (var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{hub.HttpPort}/v1/me"))
        {
            request.Headers.Add("Authorization", $"Bearer {token.Secret}");
            using var answer = await hub.Http.SendAsync(request);
        }

        string model = await hub.UploadModelAsync("linear.onnx", Models.Linear(1));
        var job = await hub.SucceedAsync(Compile(model, "onnx"));
        var download = await hub.Client.DownloadModelAsync(new DownloadModelRequest { ModelId = job.TargetModelId });
        await hub.DownloadAsync(download);
        await hub.Client.TestWebhookAsync(new TestWebhookRequest { WebhookId = webhook.Webhook.WebhookId });
        await Until.TrueAsync(() => Task.FromResult(receiver.Refused > 3), TimeSpan.FromSeconds(60), () => hub.Log);
        string log = hub.Log;
        Assert.True(log.Length > 10_000, "the hub says little: nothing could have been found");
        foreach (string secret in new[] { hub.Token, token.Secret, token.Secret.Split('_')[^1], webhook.Secret["whsec_".Length..], ServiceToken, BusPassword, "the-key-in-the-address" })
        {
            int at = log.IndexOf(secret, StringComparison.Ordinal);
            Assert.True(at < 0, at < 0 ? "" : log.Substring(Math.Max(0, at - 300), Math.Min(600, log.Length - Math.Max(0, at - 300))));
        }
    }
}
