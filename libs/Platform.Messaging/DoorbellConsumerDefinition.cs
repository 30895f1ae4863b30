using MassTransit;

namespace Platform.Messaging;

/// <summary>Each process listens on a queue of its own, so that every one of them hears.</summary>
/// <typeparam name="T">A record of <c>Platform.Contracts.Messages</c>.</typeparam>
internal sealed class DoorbellConsumerDefinition<T> : ConsumerDefinition<DoorbellConsumer<T>>
    where T : class
{
    public DoorbellConsumerDefinition(BusOptions options) => Endpoint(endpoint => endpoint.Name = $"hub.{typeof(T).Name}.{options.Instance}");
}
