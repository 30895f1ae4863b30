using System.Text;
using Platform.Contracts.Hub.V1;
using Platform.Messaging;

namespace Platform.Gateway.Subscriptions;

/// <summary>Publishes an organization's events on RabbitMQ's topic exchange.</summary>
internal sealed class ExchangeSink(PublicExchange exchange) : IEventSink
{
    public SubscriptionKind Kind => SubscriptionKind.Exchange;

    public int Batch => 200;

    public async Task<DeliveryFailure?> SendAsync(StoredSubscription subscription, IReadOnlyList<CloudEvent> events, CancellationToken cancellation)
    {
        if (!exchange.IsThere)
        {
            return new DeliveryFailure("this hub runs without RabbitMQ");
        }

        try
        {
            await exchange.PublishAsync([.. events.Select(happened => new PublicMessage($"{subscription.Owner}.{happened.Type}", happened.Id, happened.Type, Encoding.UTF8.GetBytes(ProtoJson.Format(happened))))], cancellation);
            return null;
        }
        catch (PublicExchangeException error)
        {
            return new DeliveryFailure(error.Message);
        }
    }
}
