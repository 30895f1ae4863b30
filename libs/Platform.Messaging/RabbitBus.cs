using MassTransit;

namespace Platform.Messaging;

/// <summary>Doorbells over RabbitMQ: a quorum queue for each process and kind of doorbell, publisher confirms.</summary>
internal static class RabbitBus
{
    public static void UsingRabbit(this IBusRegistrationConfigurator bus, BusOptions options)
    {
        bus.AddConfigureEndpointsCallback((_, endpoint) =>
        {
            if (endpoint is IRabbitMqReceiveEndpointConfigurator queue)
            {
                queue.SetQuorumQueue();
                queue.PrefetchCount = options.Prefetch;

                // Processes come and go: the queue of one that is gone, and what nobody will hear, go after it.
                queue.QueueExpiration = options.QueueExpiration;
            }
        });
        bus.UsingRabbitMq((context, rabbit) =>
        {
            rabbit.Host(new Uri(options.ConnectionString), host => host.PublisherConfirmation = true);
            var names = new DeadLetterNames();
            rabbit.SendTopology.ErrorQueueNameFormatter = names;
            rabbit.SendTopology.DeadLetterQueueNameFormatter = names;

            // They would inherit the life of the queue that they come from, and be gone before anyone looks.
            rabbit.SendTopology.ConfigureErrorSettings = Keep;
            rabbit.SendTopology.ConfigureDeadLetterSettings = Keep;
            rabbit.ConfigureEndpoints(context);
        });
    }

    private static void Keep(IRabbitMqQueueConfigurator queue) => queue.QueueExpiration = null;
}
