using System.Collections.Concurrent;
using System.Net;
using Google.Protobuf;
using TestKit;

namespace Platform.Host.Tests.Hosting;

/// <summary>Takes spans as OTLP over HTTP sends them (opentelemetry-proto, collector/trace/v1), and remembers trace and name.</summary>
internal sealed class TraceCollector : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<(string Trace, string Name)> _spans = new();
    private readonly Task _loop;

    public TraceCollector()
    {
        Address = $"http://127.0.0.1:{FreePort.Find()}/";
        _listener.Prefixes.Add(Address);
        _listener.Start();
        _loop = ListenAsync();
    }

    public string Address { get; }

    public IReadOnlyList<(string Trace, string Name)> Spans => [.. _spans];

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _loop;
    }

    private async Task ListenAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            if (context.Request.Url!.AbsolutePath == "/v1/traces")
            {
                Read(body.ToArray());
            }

            context.Response.ContentType = "application/x-protobuf";
            context.Response.Close();
        }
    }

    // ExportTraceServiceRequest.resource_spans = 1, ResourceSpans.scope_spans = 2, ScopeSpans.spans = 2, Span.trace_id = 1, Span.name = 5.
    private void Read(byte[] request)
    {
        foreach (byte[] span in Parts(request, 1).SelectMany(resource => Parts(resource, 2)).SelectMany(scope => Parts(scope, 2)))
        {
            _spans.Enqueue((Convert.ToHexStringLower(Parts(span, 1)[0]), System.Text.Encoding.UTF8.GetString(Parts(span, 5)[0])));
        }
    }

    private static List<byte[]> Parts(byte[] message, int field)
    {
        var parts = new List<byte[]>();
        var input = new CodedInputStream(message);
        for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            if (tag >> 3 == field && (tag & 7) == 2)
            {
                parts.Add(input.ReadBytes().ToByteArray());
            }
            else
            {
                input.SkipLastField();
            }
        }

        return parts;
    }
}
