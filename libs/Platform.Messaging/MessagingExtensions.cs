using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Platform.Contracts.Messages;

namespace Platform.Messaging;

/// <summary>Adds the bus.</summary>
public static class MessagingExtensions
{
    /// <summary>Adds the in-memory bus; services then add <see cref="DoorbellListener{T}"/> as they need. Adding it twice is harmless.</summary>
    public static IServiceCollection AddDoorbells(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(Doorbell)))
        {
            return services;
        }

        services.AddSingleton<Doorbell>();
        services.Configure<MassTransitHostOptions>(options =>
        {
            // Messages published before the queues are bound would vanish without an error.
            options.WaitUntilStarted = true;
        });
        services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            bus.AddConsumer<DoorbellConsumer<CompileWorkAvailable>>();
            bus.AddConsumer<DoorbellConsumer<RunWorkAvailable>>();
            bus.AddConsumer<DoorbellConsumer<JobChanged>>();
            bus.UsingInMemory((context, memory) => memory.ConfigureEndpoints(context));
        });
        return services;
    }
}
