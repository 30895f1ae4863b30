using System.Net.Sockets;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Platform.Messaging;

/// <summary>
/// The topic exchange on which programs outside the hub hear events: plain messages, persistent, each confirmed by the broker. It has no
/// queue of its own; who wants events binds one.
/// </summary>
/// <param name="options">Where RabbitMQ is.</param>
/// <param name="clock">The clock, which bounds a publication.</param>
public sealed class PublicExchange(BusOptions options, TimeProvider clock) : IAsyncDisposable
{
    /// <summary>The exchange's name.</summary>
    public const string Name = "hub.events";

    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private IConnection? _connection;
    private IChannel? _channel;

    /// <summary>Whether this process has a RabbitMQ to publish to.</summary>
    public bool IsThere => options.Kind == "rabbitmq";

    /// <summary>Publishes in order; returns when the broker has all of them.</summary>
    /// <exception cref="PublicExchangeException">It has not, or not all: which of them is unknown.</exception>
    public async Task PublishAsync(IReadOnlyList<PublicMessage> messages, CancellationToken cancellation)
    {
        using var bound = new CancellationTokenSource(s_longest, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, cancellation);
        await _turn.WaitAsync(cancellation);
        try
        {
            var channel = await ChannelAsync(both.Token);

            // Started one after the other, so that they leave in their order; then all confirmations together.
            await Task.WhenAll([.. messages.Select(message => channel.BasicPublishAsync(Name, message.RoutingKey, mandatory: false, PropertiesOf(message), message.Body, both.Token).AsTask())]);
        }
        catch (Exception error) when (error is RabbitMQClientException or IOException or SocketException || (error is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            await CloseAsync();
            throw new PublicExchangeException($"RabbitMQ did not take the events: {error.Message}", error);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _turn.Dispose();
    }

    private static BasicProperties PropertiesOf(PublicMessage message) => new()
    {
        ContentType = "application/cloudevents+json",
        DeliveryMode = DeliveryModes.Persistent,
        MessageId = message.Id,
        Type = message.Type,
    };

    private async Task<IChannel> ChannelAsync(CancellationToken cancellation)
    {
        if (_channel is { IsOpen: true })
        {
            return _channel;
        }

        await CloseAsync();

        // Recovery by itself would hide from the cursor what was not confirmed: a broken channel is made anew.
        var factory = new ConnectionFactory { Uri = new Uri(options.ConnectionString), AutomaticRecoveryEnabled = false, ClientProvidedName = $"hub.events {options.Instance}" };
        _connection = await factory.CreateConnectionAsync(cancellation);
        _channel = await _connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), cancellation);
        await _channel.ExchangeDeclareAsync(Name, ExchangeType.Topic, durable: true, autoDelete: false, cancellationToken: cancellation);
        return _channel;
    }

    private async Task CloseAsync()
    {
        var (channel, connection) = (_channel, _connection);
        (_channel, _connection) = (null, null);
        if (channel is not null)
        {
            await channel.DisposeAsync();
        }

        if (connection is not null)
        {
            await connection.DisposeAsync();
        }
    }
}

/// <summary>A message for the public exchange.</summary>
/// <param name="RoutingKey">Words joined by dots.</param>
/// <param name="Id">Unique for ever: subscribers know a repetition by it.</param>
/// <param name="Type">Type of the event.</param>
/// <param name="Body">UTF-8 JSON.</param>
public sealed record PublicMessage(string RoutingKey, string Id, string Type, ReadOnlyMemory<byte> Body);

/// <summary>The broker did not take what was published.</summary>
/// <param name="message">A sentence.</param>
/// <param name="inner">The client's own error.</param>
public sealed class PublicExchangeException(string message, Exception inner) : Exception(message, inner);
