using System.Text;
using System.Text.Json.Nodes;
using RabbitMQ.Client;
using TestKit;
using TestKit.Hub;
using TestKit.Servers;
using static TestKit.Hub.HubCalls;

namespace Platform.Host.Tests;

/// <summary>Events on RabbitMQ's topic exchange, as programs outside hear them.</summary>
public sealed class ExchangeTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Exchange_HasEveryEvent_InOrder_WithoutGaps_ThroughKill9()
    {
        await using var rabbit = await RabbitServer.StartAsync(_folder.File("rabbit"));
        await using var connection = await new ConnectionFactory { Uri = new Uri(rabbit.ConnectionString) }.CreateConnectionAsync(TestContext.Current.CancellationToken);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: TestContext.Current.CancellationToken);
        await channel.ExchangeDeclareAsync("hub.events", ExchangeType.Topic, durable: true, cancellationToken: TestContext.Current.CancellationToken);
        await channel.QueueDeclareAsync("all", durable: true, exclusive: false, autoDelete: false, cancellationToken: TestContext.Current.CancellationToken);
        await channel.QueueBindAsync("all", "hub.events", "#", cancellationToken: TestContext.Current.CancellationToken);
        await using var hub = await HubProcess.StartAsync(("Bus:Kind", "rabbitmq"), ("Bus:ConnectionString", rabbit.ConnectionString));
        string model = await hub.UploadModelAsync("linear.onnx", Models.Linear(1));
        await hub.SucceedAsync(Compile(model, "onnx"), bypassCache: true);
        await hub.SubmitAsync(Compile(model, "onnx"), bypassCache: true);
        await hub.KillAsync();
        await hub.StartAgainAsync();
        await hub.WaitForWorkersAsync();
        var last = await hub.SucceedAsync(Compile(model, "onnx"), bypassCache: true);

        var heard = new List<(string Id, JsonNode Event)>();
        await Until.TrueAsync(
            async () =>
            {
                while (await channel.BasicGetAsync("all", autoAck: true, TestContext.Current.CancellationToken) is { } message)
                {
                    var happened = JsonNode.Parse(Encoding.UTF8.GetString(message.Body.Span))!;
                    Assert.Equal($"{((string)happened["source"]!).Split('/')[^1]}.{happened["type"]}", message.RoutingKey);
                    Assert.Equal(("application/cloudevents+json", true), (message.BasicProperties.ContentType, message.BasicProperties.Persistent));
                    heard.Add((message.BasicProperties.MessageId!, happened));
                }

                return heard.Any(entry => (string?)entry.Event["subject"] == last.JobId && (string?)entry.Event["type"] == "job.ended");
            },
            s_patience,
            () => hub.Log);
        var once = heard.DistinctBy(entry => entry.Id).ToList();
        Assert.Equal(Enumerable.Range(1, once.Count).Select(i => $"{i}"), once.Select(entry => (string?)entry.Event["sequence"]));
        Assert.All(once, entry => Assert.Equal(entry.Id, (string?)entry.Event["id"]));
    }

    [Fact]
    public async Task Example_HearsWhatItsBindingAsksFor_AlsoWhatHappenedWhileItWasAway()
    {
        await Python.RequireAsync("pika");
        await using var rabbit = await RabbitServer.StartAsync(_folder.File("rabbit"));
        string program = RepositoryRoot.Combine("clients", "examples", "python", "subscribe_rabbitmq.py");
        await Python.RunAsync(program, rabbit.ConnectionString, "ends", "*.job.ended", "0");
        await using var hub = await HubProcess.StartAsync(("Bus:Kind", "rabbitmq"), ("Bus:ConnectionString", rabbit.ConnectionString));
        string model = await hub.UploadModelAsync("linear.onnx", Models.Linear(1));
        var job = await hub.SucceedAsync(Compile(model, "onnx"));
        string[] lines = (await Python.RunAsync(program, rabbit.ConnectionString, "ends", "*.job.ended", "2")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => Assert.Equal("job.ended", line.Split(' ')[1]));
        Assert.Contains(lines, line => line.Contains(job.JobId, StringComparison.Ordinal) && line.EndsWith("SUCCESS", StringComparison.Ordinal));
    }
}
