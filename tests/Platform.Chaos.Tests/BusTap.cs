using System.Text;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Platform.Chaos.Tests;

/// <summary>A message as it was on the bus.</summary>
internal sealed record Heard(string Exchange, BasicProperties Properties, byte[] Body);

/// <summary>A program of nobody's on the bus: it hears doorbells and events, and says again, or says nonsense.</summary>
internal sealed class BusTap : IAsyncDisposable
{
    private const string Repeated = "chaos";

    private static readonly string[] s_doorbells = ["JobsChanged", "RunWorkAvailable", "CompileWorkAvailable"];

    private readonly IConnection _connection;
    private IChannel _channel;

    private BusTap(IConnection connection, IChannel channel) => (_connection, _channel) = (connection, channel);

    public static async Task<BusTap> OpenAsync(string address)
    {
        var connection = await new ConnectionFactory { Uri = new Uri(address) }.CreateConnectionAsync();
        return new BusTap(connection, await connection.CreateChannelAsync());
    }

    public async Task KeepDoorbellsAsync(string queue)
    {
        await _channel.QueueDeclareAsync(queue, durable: false, exclusive: false, autoDelete: false);
        foreach (string doorbell in s_doorbells)
        {
            await _channel.QueueBindAsync(queue, Exchange(doorbell), "");
        }
    }

    public async Task KeepEventsAsync(string queue)
    {
        await _channel.ExchangeDeclareAsync("hub.events", ExchangeType.Topic, durable: true);
        await _channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false);
        await _channel.QueueBindAsync(queue, "hub.events", "#");
    }

    public async Task<List<Heard>> TakeAllAsync(string queue)
    {
        var heard = new List<Heard>();
        while (await _channel.BasicGetAsync(queue, autoAck: true) is { } message)
        {
            // Its own repetitions come back to it as well.
            if (message.BasicProperties.AppId != Repeated)
            {
                heard.Add(new Heard(message.Exchange, new BasicProperties(message.BasicProperties) { AppId = Repeated }, message.Body.ToArray()));
            }
        }

        return heard;
    }

    public async Task RepeatAsync(IEnumerable<Heard> messages)
    {
        foreach (var message in messages)
        {
            await _channel.BasicPublishAsync(message.Exchange, "", mandatory: false, message.Properties, message.Body);
        }
    }

    /// <summary>Bytes that are no message, and messages of a type that nobody knows.</summary>
    public async Task PoisonAsync(int count)
    {
        const string Unknown = """{"messageId":"b7a40000-5d1c-0031-9b3c-08dc0a5f3f11","messageType":["urn:message:Nobody:Knows"],"message":{"a":1}}""";
        var properties = new BasicProperties { ContentType = "application/vnd.masstransit+json" };
        for (int i = 0; i < count; i++)
        {
            foreach (string doorbell in s_doorbells)
            {
                await _channel.BasicPublishAsync(Exchange(doorbell), "", mandatory: false, properties, Encoding.UTF8.GetBytes("{{{ no message"));
                await _channel.BasicPublishAsync(Exchange(doorbell), "", mandatory: false, properties, Encoding.UTF8.GetBytes(Unknown));
            }
        }
    }

    public async Task<uint> CountAsync(string queue)
    {
        try
        {
            return (await _channel.QueueDeclarePassiveAsync(queue)).MessageCount;
        }
        catch (OperationInterruptedException)
        {
            // There is none yet; asking has cost the channel.
            _channel = await _connection.CreateChannelAsync();
            return 0;
        }
    }

    public Task DeleteAsync(string queue) => _channel.QueueDeleteAsync(queue);

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private static string Exchange(string doorbell) => "Platform.Contracts.Messages:" + doorbell;
}
