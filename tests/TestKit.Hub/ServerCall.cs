using Grpc.Core;

namespace TestKit.Hub;

/// <summary>A call as its server sees it.</summary>
internal sealed class ServerCall(string method, string peer, Metadata headers, DateTime deadline, CancellationToken gone) : ServerCallContext
{
    protected override string MethodCore => method;

    protected override string HostCore => "simulation";

    protected override string PeerCore => peer;

    protected override DateTime DeadlineCore => deadline;

    protected override Metadata RequestHeadersCore => headers;

    protected override CancellationToken CancellationTokenCore => gone;

    protected override Metadata ResponseTrailersCore { get; } = [];

    protected override Status StatusCore { get; set; }

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore { get; } = new(null, []);

    protected override IDictionary<object, object> UserStateCore { get; } = new Dictionary<object, object>();

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) => throw new NotSupportedException();

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => Task.CompletedTask;
}
