using Microsoft.Extensions.Options;
using Platform.Gateway.Webhooks;
using Platform.Store;

namespace Platform.Gateway.Subscriptions;

/// <summary>Adds what carries events out of the house.</summary>
internal static class SubscriptionExtensions
{
    public static IServiceCollection AddSubscriptions(this IServiceCollection services)
    {
        services.AddOptions<SubscriptionOptions>().BindConfiguration("Subscriptions").ValidateOnStart();
        services.AddOptions<WebhookOptions>().BindConfiguration("Webhooks").ValidateOnStart();
        services.AddSingleton<IValidateOptions<WebhookOptions>, WebhookOptionsValidator>();
        services.AddSingleton<SecretBox>().AddSingleton(provider => new BackupSource(3, (folder, _) => provider.GetRequiredService<SecretBox>().CopyAsync(folder)));
        services.AddSingleton<AddressRules>().AddSingleton<WebhookSender>().AddSingleton<WebhookService>().AddSingleton<SubscriptionPump>();
        services.AddSingleton<IEventSink>(provider => provider.GetRequiredService<WebhookSender>()).AddSingleton<IEventSink, ExchangeSink>().AddSingleton<ExchangeSubscriptions>();
        return services.AddSingleton<SubscriptionLoop>();
    }
}
