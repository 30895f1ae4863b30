using Grpc.Core;

namespace Platform.Gateway.Rest;

/// <summary>A call that came over HTTP/1.1, as the service methods see calls.</summary>
internal sealed class RestCallContext : ServerCallContext
{
    private readonly HttpContext _http;

    public RestCallContext(HttpContext http, string method)
    {
        _http = http;
        MethodCore = method;
        foreach (var (name, values) in http.Request.Headers.Where(header => !header.Key.StartsWith(':')))
        {
            RequestHeadersCore.Add(name.ToLowerInvariant(), values.ToString());
        }
    }

    protected override string MethodCore { get; }

    protected override string HostCore => _http.Request.Host.Value ?? "";

    protected override string PeerCore => _http.Connection.RemoteIpAddress?.ToString() ?? "";

    protected override DateTime DeadlineCore => DateTime.MaxValue;

    protected override Metadata RequestHeadersCore { get; } = [];

    protected override CancellationToken CancellationTokenCore => _http.RequestAborted;

    protected override Metadata ResponseTrailersCore { get; } = [];

    protected override Status StatusCore { get; set; }

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore { get; } = new(null, []);

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) => throw new NotSupportedException();

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => Task.CompletedTask;
}
