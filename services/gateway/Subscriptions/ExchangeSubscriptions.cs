using System.Collections.Concurrent;
using Platform.Messaging;
using Platform.Store;

namespace Platform.Gateway.Subscriptions;

/// <summary>Every organization's events go to the exchange, from the beginning of its log, as soon as there is one.</summary>
internal sealed class ExchangeSubscriptions(GatewayStore store, PublicExchange exchange, TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, bool> _known = new(StringComparer.Ordinal);

    /// <summary>Makes the subscriptions that are missing; harmless to repeat, from every gateway.</summary>
    public async Task EnsureAsync(CancellationToken cancellation)
    {
        if (!exchange.IsThere)
        {
            return;
        }

        IndexPosition? after = null;
        do
        {
            var page = await store.Organizations.AsSystem().QueryAsync("name", ReadOnlyMemory<object>.Empty, new PageRequest(500, After: after), cancellation);
            foreach (string owner in page.Items.Select(item => item.Value.Id).Where(owner => !_known.ContainsKey(owner)))
            {
                // One that is there already is as good.
                await store.Subscriptions.For(owner).InsertAsync(
                    new StoredSubscription { Id = $"exchange-{owner}", Owner = owner, Kind = SubscriptionKind.Exchange, CreatedAt = clock.GetUtcNow(), Cursor = 0 }, cancellation);
                _known[owner] = true;
            }

            after = page.Next;
        }
        while (after is not null);
    }
}
