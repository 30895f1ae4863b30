using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Options;
using Platform.Contracts.Hub.V1;
using Platform.Gateway.Subscriptions;
using Platform.ServiceDefaults;

namespace Platform.Gateway.Webhooks;

/// <summary>Posts one event to one webhook, signed. Never follows a redirect, never reads an answer's body.</summary>
internal sealed class WebhookSender : IEventSink, IDisposable
{
    private readonly HttpClient _http;
    private readonly SecretBox _secrets;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _clock;

    public WebhookSender(AddressRules rules, SecretBox secrets, IOptions<WebhookOptions> options, TimeProvider clock)
    {
        (_secrets, _patience, _clock) = (secrets, options.Value.Timeout, clock);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,

            // Names of the hub's own calls are nobody else's business.
            ActivityHeadersPropagator = null,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            ConnectCallback = (context, cancellation) => rules.ConnectAsync(context.DnsEndPoint, cancellation),
        };
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("hub-webhooks", typeof(WebhookSender).Assembly.GetName().Version!.ToString(3)));
    }

    public SubscriptionKind Kind => SubscriptionKind.Webhook;

    public int Batch => 1;

    public void Dispose() => _http.Dispose();

    public async Task<DeliveryFailure?> SendAsync(StoredSubscription subscription, IReadOnlyList<CloudEvent> events, CancellationToken cancellation) =>
        (await TryAsync(subscription, events.Single(), cancellation)).Failure;

    /// <summary>The receiver's HTTP status, 0 when there was no answer; and why it did not take the event, null when it did.</summary>
    public async Task<(int Status, DeliveryFailure? Failure)> TryAsync(StoredSubscription webhook, CloudEvent happened, CancellationToken cancellation)
    {
        if (_secrets.Open(webhook.Id, webhook.SealedSecret) is not { } key)
        {
            return (0, new DeliveryFailure("its secret was sealed with another key than Webhooks:Key is now: delete the webhook and make it again", Final: true));
        }

        using var bound = new CancellationTokenSource(_patience, _clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, cancellation);
        using var request = Request(webhook.Url, key, happened);
        try
        {
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token);
            return ((int)answer.StatusCode, FailureOf(answer));
        }
        catch (HttpRequestException error)
        {
            return (0, new DeliveryFailure(error.InnerException is FailureException refused ? refused.Message : error.Message));
        }
        catch (OperationCanceledException) when (bound.IsCancellationRequested)
        {
            return (0, new DeliveryFailure($"no answer within {_patience.TotalSeconds:0} seconds"));
        }
    }

    private HttpRequestMessage Request(string url, byte[] key, CloudEvent happened)
    {
        byte[] body = Encoding.UTF8.GetBytes(ProtoJson.Format(happened));
        long timestamp = _clock.GetUtcNow().ToUnixTimeSeconds();
        var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/cloudevents+json", "utf-8") } };
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = content };
        request.Headers.Add("webhook-id", happened.Id);
        request.Headers.Add("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", WebhookSignature.Of(key, happened.Id, timestamp, body));
        return request;
    }

    private DeliveryFailure? FailureOf(HttpResponseMessage answer) => answer.StatusCode switch
    {
        >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices => null,
        HttpStatusCode.Gone => new DeliveryFailure("the receiver answered 410: it wants no more events", Final: true),
        >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest => new DeliveryFailure($"the receiver answered {(int)answer.StatusCode}; redirects are not followed"),
        var status => new DeliveryFailure($"the receiver answered {(int)status}", RetryAfter(answer.Headers.RetryAfter)),
    };

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? header) => header?.Delta ?? (header?.Date - _clock.GetUtcNow());
}
