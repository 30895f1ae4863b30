using System.Globalization;
using System.Reflection;
using Google.Protobuf;
using Grpc.Core;
using Platform.Contracts.Hub.V1;
using Platform.Gateway.Calls;
using Platform.ServiceDefaults;

namespace Platform.Gateway.Rest;

/// <summary>Maps every method of the public service to its route: the same code answers gRPC and REST.</summary>
internal static partial class RestEndpoints
{
    public static void MapRest(this WebApplication app)
    {
        foreach (var route in RestRoute.All)
        {
            var method = typeof(HubGrpcService).GetMethod(route.Method.Name)!;
            RequestDelegate handler = route.Method.IsServerStreaming ? context => StreamAsync(route, method, context) : context => CallAsync(route, method, context);
            app.MapMethods(route.Pattern, [route.Verb], handler);
        }

        app.MapGet("/openapi/v1.json", () => Results.Text(OpenApiDocument.Text, "application/json"));
    }

    private static Task CallAsync(RestRoute route, MethodInfo method, HttpContext context) => GuardAsync(context, async service =>
    {
        var call = new RestCallContext(context, "/" + route.Method.FullName);
        var answer = route.Method.InputType.ClrType == typeof(GetVersionRequest)
            ? await InvokeAsync(service, method, new GetVersionRequest(), call)
            : await CallsOf(context).RunAsync(() => RestRequestReader.ReadAsync(route, context), call, request => InvokeAsync(service, method, request, call));
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(ProtoJson.Format(answer), context.RequestAborted);
    });

    private static Task StreamAsync(RestRoute route, MethodInfo method, HttpContext context) => GuardAsync(context, async service =>
    {
        var call = new RestCallContext(context, "/" + route.Method.FullName);
        var writer = Activator.CreateInstance(typeof(ServerSentEvents<>).MakeGenericType(route.Method.OutputType.ClrType), context)!;
        await CallsOf(context).StreamAsync(call, async () =>
        {
            var request = await RestRequestReader.ReadAsync(route, context);
            ResumeFrom(context, request);
            await (Task)method.Invoke(service, [request, writer, call])!;
        });
    });

    // A browser that reconnects says what it saw last in a header of its own.
    private static void ResumeFrom(HttpContext context, IMessage request)
    {
        if (!uint.TryParse(context.Request.Headers["Last-Event-ID"], out uint last))
        {
            return;
        }

        if (request is WatchJobRequest job)
        {
            job.AfterVer = last;
        }
        else if (request is WatchEventsRequest all)
        {
            all.AfterSeq = last;
        }
    }

    private static PublicCalls CallsOf(HttpContext context) => context.RequestServices.GetRequiredService<PublicCalls>();

    private static async Task<IMessage> InvokeAsync(HubGrpcService service, MethodInfo method, IMessage request, RestCallContext call)
    {
        var task = (Task)method.Invoke(service, [request, call])!;
        await task;
        return (IMessage)task.GetType().GetProperty(nameof(Task<>.Result))!.GetValue(task)!;
    }

    private static async Task GuardAsync(HttpContext context, Func<HubGrpcService, Task> call)
    {
        try
        {
            await call(ActivatorUtilities.GetServiceOrCreateInstance<HubGrpcService>(context.RequestServices));
        }
        catch (Exception error) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            var failure = context.RequestServices.GetRequiredService<FailureMapping>().ToFailure(error is TargetInvocationException { InnerException: { } inner } ? inner : error);
            if (failure.Code == Contracts.Hub.V1.FailureCode.Internal)
            {
                CallFailed(context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(RestEndpoints)), context.Request.Path, error);
            }

            if (error is FailureException { RetryAfter: { } wait })
            {
                // Whole seconds (RFC 9110 section 10.2.3).
                context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString("0", CultureInfo.InvariantCulture);
            }

            context.Response.StatusCode = FailureMapping.HttpStatusOf(FailureMapping.StatusOf(failure));
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(ProtoJson.Format(failure));
        }
    }

    [LoggerMessage(1, LogLevel.Error, "The call {Path} failed by a defect")]
    private static partial void CallFailed(ILogger logger, string path, Exception error);
}

/// <summary>Writes a server stream as server-sent events; an event's id is what its stream resumes after.</summary>
/// <typeparam name="T">Message of the stream.</typeparam>
internal sealed class ServerSentEvents<T>(HttpContext context) : IServerStreamWriter<T>
    where T : IMessage
{
    public WriteOptions? WriteOptions { get; set; }

    public Task WriteAsync(T message) => WriteAsync(message, context.RequestAborted);

    public async Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        if (!context.Response.HasStarted)
        {
            context.Response.ContentType = "text/event-stream";
            context.Response.Headers.CacheControl = "no-store";
        }

        string id = message switch
        {
            Contracts.Hub.V1.JobEvent happened => $"id: {happened.Ver}\nevent: {happened.Type}\n",
            CloudEvent happened => $"id: {happened.Sequence}\nevent: {happened.Type}\n",
            _ => "",
        };
        await context.Response.WriteAsync($"{id}data: {ProtoJson.Format(message)}\n\n", cancellationToken);
        await context.Response.Body.FlushAsync(cancellationToken);
    }
}
