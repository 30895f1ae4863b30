using Google.Protobuf.WellKnownTypes;
using Platform.Contracts.Hub.V1;
using Platform.Gateway.Events;
using Platform.Gateway.Identity;
using Platform.Gateway.Subscriptions;
using Platform.ServiceDefaults;
using Platform.Store;

namespace Platform.Gateway.Webhooks;

/// <summary>What callers do with their organization's webhooks.</summary>
internal sealed class WebhookService(
    GatewayStore store, EventLog log, SubscriptionLoop loop, WebhookSender sender, AddressRules rules, SecretBox secrets, LimitSettings limits, IdSource ids, RandomSource random, TimeProvider clock)
{
    private const int KeyBytes = 32;

    /// <summary>Makes a webhook; the secret is in the answer and, sealed, in the store.</summary>
    public async Task<CreatedWebhook> CreateAsync(CallerIdentity caller, CreateWebhookRequest request, CancellationToken cancellation)
    {
        rules.Require(request.Url);
        var types = OrganizationEvents.RequireTypes(request.Types_);
        long cursor = request.FromStart ? 0 : OrganizationEvents.RequireCursor(request.AfterSeq);
        long last = await log.LastSeqAsync(caller.Owner, cancellation);
        RequireInside(cursor, last);
        await RequireRoomAsync(caller.Owner, cancellation);
        byte[] key = random.Bytes(KeyBytes);
        string id = ids.New('w');
        var webhook = new StoredSubscription
        {
            Id = id,
            Owner = caller.Owner,
            Kind = SubscriptionKind.Webhook,
            CreatedAt = clock.GetUtcNow(),
            Creator = caller.TokenName,
            Url = request.Url,
            Types = [.. types.Order(StringComparer.Ordinal)],
            SealedSecret = secrets.Seal(id, key),
            Cursor = cursor > 0 || request.FromStart ? cursor : last,
        };
        await store.Subscriptions.For(caller.Owner).InsertAsync(webhook, cancellation);
        loop.Ring(caller.Owner);
        return new CreatedWebhook { Webhook = ToMessage(webhook), Secret = WebhookSignature.FormatSecret(key) };
    }

    public async Task<WebhookList> ListAsync(CallerIdentity caller, CancellationToken cancellation)
    {
        var list = new WebhookList();
        list.Webhooks.AddRange((await AllAsync(caller.Owner, cancellation)).Select(ToMessage));
        return list;
    }

    public async Task<Webhook> GetAsync(CallerIdentity caller, string id, CancellationToken cancellation) => ToMessage((await RequireAsync(caller.Owner, id, cancellation)).Value);

    /// <summary>Ends a webhook; a delivery that is on its way may still arrive.</summary>
    public async Task<Webhook> DeleteAsync(CallerIdentity caller, string id, CancellationToken cancellation)
    {
        while (true)
        {
            var webhook = await RequireAsync(caller.Owner, id, cancellation);
            if (await store.Subscriptions.For(caller.Owner).DeleteAsync(id, webhook.Version, cancellation))
            {
                return ToMessage(webhook.Value);
            }
        }
    }

    public async Task<Webhook> ReplayAsync(CallerIdentity caller, ReplayWebhookRequest request, CancellationToken cancellation)
    {
        long cursor = OrganizationEvents.RequireCursor(request.AfterSeq);
        await RequireAsync(caller.Owner, request.WebhookId, cancellation);
        RequireInside(cursor, await log.LastSeqAsync(caller.Owner, cancellation));
        await store.Subscriptions.For(caller.Owner).UpdateAsync(request.WebhookId, webhook => SubscriptionSteps.Replayed(webhook, cursor), cancellation);
        loop.Ring(caller.Owner);
        return await GetAsync(caller, request.WebhookId, cancellation);
    }

    public async Task<WebhookTest> TestAsync(CallerIdentity caller, string id, CancellationToken cancellation)
    {
        var webhook = (await RequireAsync(caller.Owner, id, cancellation)).Value;
        var now = clock.GetUtcNow();
        var happened = new CloudEvent
        {
            Specversion = "1.0", Id = ids.New('e'), Source = $"/organizations/{caller.Owner}", Type = EventTypes.WebhookTest, Subject = id, Time = now.ToTimestamp(), Datacontenttype = "application/json",
        };
        long began = clock.GetTimestamp();
        var (status, failure) = await sender.TryAsync(webhook, happened, cancellation);
        return new WebhookTest { Delivered = failure is null, Status = status, Message = failure?.Message ?? "", DurationUs = clock.GetElapsedTime(began).TotalMicroseconds };
    }

    private static Webhook ToMessage(StoredSubscription webhook) => new()
    {
        WebhookId = webhook.Id,
        Url = webhook.Url,
        Types_ = { webhook.Types },
        CreatedAt = webhook.CreatedAt.ToTimestamp(),
        Creator = webhook.Creator,
        State = webhook.DisabledReason is not null ? WebhookState.Disabled : webhook.Failures > 0 ? WebhookState.Failing : WebhookState.Delivering,
        DeliveredSeq = webhook.Cursor,
        Failures = webhook.Failures,
        LastFailure = webhook.LastFailure,
        NextAttemptAt = webhook.DisabledReason is null ? webhook.NextAt?.ToTimestamp() : null,
        DisabledReason = webhook.DisabledReason ?? "",
    };

    // What lies ahead of the log's end would come and never be delivered.
    private static void RequireInside(long cursor, long last)
    {
        if (cursor > last)
        {
            throw new FailureException(FailureCode.ArgumentInvalid, $"after_seq is {cursor}, but the log ends at {last}");
        }
    }

    private async Task<IReadOnlyList<StoredSubscription>> AllAsync(string owner, CancellationToken cancellation)
    {
        var page = await store.Subscriptions.For(owner).QueryAsync("of", ReadOnlyMemory<object>.Empty, new PageRequest(PageRequest.LargestLimit), cancellation);
        return [.. page.Items.Select(item => item.Value).Where(subscription => subscription.Kind == SubscriptionKind.Webhook)];
    }

    private async Task RequireRoomAsync(string owner, CancellationToken cancellation)
    {
        long most = limits.Of(HubLimits.Webhooks);
        if ((await AllAsync(owner, cancellation)).Count >= most)
        {
            throw new FailureException(FailureCode.LimitReached, $"the organization has {most} webhooks already (limit {HubLimits.Webhooks.Name})");
        }
    }

    private async Task<Versioned<StoredSubscription>> RequireAsync(string owner, string id, CancellationToken cancellation) =>
        await store.Subscriptions.For(owner).GetAsync(id, cancellation) is { Value.Kind: SubscriptionKind.Webhook } webhook
            ? webhook
            : throw new FailureException(FailureCode.NotFound, $"there is no webhook {id}");
}
