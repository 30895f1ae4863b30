using MassTransit;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Platform.Messaging;

/// <summary>
/// Messages that no listener could handle, of all queues in one: they can be seen there, and put back. Losing them costs nothing but
/// time, like losing any doorbell.
/// </summary>
/// <param name="options">Where RabbitMQ is.</param>
public sealed class DeadLetters(BusOptions options)
{
    /// <summary>The queue they lie in.</summary>
    public const string Queue = "hub.dead-letters";

    private const string InputAddress = "MT-Fault-InputAddress";

    /// <summary>Whether this process has a RabbitMQ that could hold any.</summary>
    public bool AreKept => options.Kind == "rabbitmq";

    /// <summary>How many lie there; none where no RabbitMQ keeps them.</summary>
    /// <exception cref="PublicExchangeException">RabbitMQ cannot be reached.</exception>
    public Task<long> CountAsync(CancellationToken cancellation) => AreKept
        ? AtQueueAsync(async channel => (long)(await channel.QueueDeclarePassiveAsync(Queue, cancellation)).MessageCount, otherwise: 0L, cancellation)
        : Task.FromResult(0L);

    /// <summary>Puts messages back into the queues they came from, oldest first; what lands here meanwhile stays.</summary>
    /// <param name="limit">At most so many; 0 for all.</param>
    /// <param name="cancellation">Cancellation.</param>
    /// <returns>How many went back, and how many had no queue any more: their process is gone.</returns>
    /// <exception cref="PublicExchangeException">RabbitMQ cannot be reached.</exception>
    public Task<(int Replayed, int Dropped)> ReplayAsync(int limit, CancellationToken cancellation) => AtQueueAsync(channel => ReplayAsync(channel, limit, cancellation), otherwise: (0, 0), cancellation);

    private async Task<T> AtQueueAsync<T>(Func<IChannel, Task<T>> act, T otherwise, CancellationToken cancellation)
    {
        try
        {
            await using var connection = await new ConnectionFactory { Uri = new Uri(options.ConnectionString), ClientProvidedName = Queue }.CreateConnectionAsync(cancellation);
            await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), cancellation);
            return await act(channel);
        }
        catch (OperationInterruptedException none) when (none.ShutdownReason?.ReplyCode == 404)
        {
            // Nothing ever failed: the queue is made with the first that does.
            return otherwise;
        }
        catch (Exception error) when (error is RabbitMQClientException or IOException)
        {
            throw new PublicExchangeException($"RabbitMQ cannot be reached: {error.Message}", error);
        }
    }

    private static async Task<(int Replayed, int Dropped)> ReplayAsync(IChannel channel, int limit, CancellationToken cancellation)
    {
        long there = (await channel.QueueDeclarePassiveAsync(Queue, cancellation)).MessageCount;
        var (replayed, dropped) = (0, 0);
        for (long left = limit > 0 ? Math.Min(limit, there) : there; left > 0 && await channel.BasicGetAsync(Queue, autoAck: false, cancellation) is { } letter; left--)
        {
            // Back in its queue before it leaves this one: a death in between doubles it, and doorbells may be doubled.
            bool returned = await PutBackAsync(channel, letter, cancellation);
            await channel.BasicAckAsync(letter.DeliveryTag, multiple: false, cancellation);
            (replayed, dropped) = returned ? (replayed + 1, dropped) : (replayed, dropped + 1);
        }

        return (replayed, dropped);
    }

    private static async Task<bool> PutBackAsync(IChannel channel, BasicGetResult letter, CancellationToken cancellation)
    {
        if (QueueOf(letter) is not { } queue)
        {
            return false;
        }

        var headers = letter.BasicProperties.Headers!.Where(header => !header.Key.StartsWith("MT-Fault-", StringComparison.Ordinal) && !header.Key.StartsWith("x-", StringComparison.Ordinal)).ToDictionary();
        var properties = new BasicProperties(letter.BasicProperties) { Headers = headers };
        try
        {
            await channel.BasicPublishAsync(exchange: "", queue, mandatory: true, properties, letter.Body, cancellation);
            return true;
        }
        catch (PublishReturnException)
        {
            return false;
        }
    }

    // rabbitmq://host/virtual-host/QUEUE?settings
    private static string? QueueOf(BasicGetResult letter) =>
        letter.BasicProperties.Headers?.TryGetValue(InputAddress, out object? value) == true && value is byte[] text && Uri.TryCreate(System.Text.Encoding.UTF8.GetString(text), UriKind.Absolute, out var address)
            ? Uri.UnescapeDataString(address.AbsolutePath.Split('/')[^1])
            : null;
}

/// <summary>One queue for the failures of all.</summary>
internal sealed class DeadLetterNames : IErrorQueueNameFormatter, IDeadLetterQueueNameFormatter
{
    public string FormatErrorQueueName(string queueName) => DeadLetters.Queue;

    public string FormatDeadLetterQueueName(string queueName) => DeadLetters.Queue;
}
