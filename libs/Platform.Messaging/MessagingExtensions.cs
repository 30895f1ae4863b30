using MassTransit;
using MassTransit.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Platform.Messaging;

/// <summary>Adds the bus.</summary>
public static class MessagingExtensions
{
    /// <summary>Adds the bus of section <c>Bus</c>; services then add listeners as they need. Adding it twice is harmless.</summary>
    public static IServiceCollection AddDoorbells(this IServiceCollection services, IConfiguration configuration)
    {
        if (services.Any(service => service.ServiceType == typeof(Doorbell)))
        {
            return services;
        }

        var options = configuration.GetSection("Bus").Get<BusOptions>() ?? new BusOptions();
        services.AddSingleton(options).AddSingleton<Doorbell>().AddSingleton<PublicExchange>().AddSingleton<DeadLetters>();
        services.Configure<MassTransitHostOptions>(host =>
        {
            // Messages published before the queues are bound would vanish without an error. A broker that is away must not keep a
            // service from starting, though: its scans find what no doorbell told.
            host.WaitUntilStarted = options.Kind == "memory";
        });
        services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();

            // A service without its broker is slower, not unready: taking it out of service would make latency an outage.
            bus.ConfigureHealthCheckOptions(health => health.MinimalFailureStatus = HealthStatus.Degraded);
            switch (options.Kind)
            {
                case "memory": bus.UsingInMemory((context, memory) => memory.ConfigureEndpoints(context)); break;
                case "rabbitmq": bus.UsingRabbit(options); break;
                default: throw new OptionsValidationException("Bus", typeof(BusOptions), [$"Bus:Kind is '{options.Kind}'; it must be memory or rabbitmq"]);
            }
        });
        return services;
    }

    /// <summary>Listens for a doorbell. Every process that listens hears every one.</summary>
    /// <typeparam name="T">A record of <c>Platform.Contracts.Messages</c>.</typeparam>
    public static IServiceCollection AddDoorbellListener<T>(this IServiceCollection services, Func<IServiceProvider, Action<T>> heard)
        where T : class
    {
        services.AddSingleton(provider => new DoorbellListener<T>(heard(provider)));
        services.RegisterConsumer<DoorbellConsumer<T>, DoorbellConsumerDefinition<T>>();
        return services;
    }
}
