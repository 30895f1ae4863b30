using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace TestKit.Hub;

/// <summary>A receiver of webhooks on this machine, as a user would write one: it checks the signature, then takes the event or does not.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly List<Delivery> _taken = [];
    private readonly Task _serving;

    public WebhookReceiver()
    {
        Port = TestKit.FreePort.Find();
        _listener.Prefixes.Add($"http://127.0.0.1:{Port}/");
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Port { get; }

    public string Url => $"http://127.0.0.1:{Port}/hook";

    /// <summary>The webhook's secret; deliveries before it is known are answered 503.</summary>
    public string Secret { get; set; } = "";

    /// <summary>What the next deliveries are answered in place of 204.</summary>
    public Func<Delivery, int> Answer { get; set; } = _ => 204;

    /// <summary>What came and was not taken, by the answer.</summary>
    public int Refused { get; private set; }

    /// <summary>Deliveries that were taken, in their order.</summary>
    public IReadOnlyList<Delivery> Taken
    {
        get
        {
            lock (_taken)
            {
                return [.. _taken];
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
            var delivery = Delivery.Of(context.Request, await reader.ReadToEndAsync());
            context.Response.StatusCode = Judge(delivery);
            if (context.Response.StatusCode is >= 300 and < 400)
            {
                context.Response.RedirectLocation = Url;
            }

            context.Response.Close();
        }
    }

    private int Judge(Delivery delivery)
    {
        int answer = Secret.Length == 0 ? 503 : !delivery.IsSignedWith(Secret) ? 401 : Answer(delivery);
        lock (_taken)
        {
            if (answer == 204)
            {
                _taken.Add(delivery);
            }
            else
            {
                Refused++;
            }
        }

        return answer;
    }
}

/// <summary>One delivery as it came.</summary>
internal sealed record Delivery(string Id, string Timestamp, string Signature, string ContentType, string Body)
{
    public JsonNode Event { get; } = JsonNode.Parse(Body.Length > 0 ? Body : "{}")!;

    public string Type => (string)Event["type"]!;

    public int Sequence => int.Parse((string)Event["sequence"]!, CultureInfo.InvariantCulture);

    public static Delivery Of(HttpListenerRequest request, string body) =>
        new(request.Headers["webhook-id"] ?? "", request.Headers["webhook-timestamp"] ?? "", request.Headers["webhook-signature"] ?? "", request.ContentType ?? "", body);

    // Written down anew from the specification, apart from the product's code.
    public bool IsSignedWith(string secret)
    {
        byte[] mac = HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), Encoding.UTF8.GetBytes($"{Id}.{Timestamp}.{Body}"));
        return Signature == "v1," + Convert.ToBase64String(mac);
    }
}
