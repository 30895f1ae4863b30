using Platform.Contracts.Hub.V1;
using Platform.ServiceDefaults;
using Platform.Store;

namespace Platform.Gateway.Identity;

/// <summary>Makes, lists, revokes and checks API tokens.</summary>
internal sealed class TokenService(GatewayStore store, IdSource ids, RandomSource random, TimeProvider clock)
{
    private const int DefaultDays = 365;
    private const int MostKnown = 10_000;
    private static readonly TimeSpan s_useResolution = TimeSpan.FromMinutes(10);

    // Who revokes a token at another gateway waits so long.
    private static readonly TimeSpan s_memory = TimeSpan.FromSeconds(1);

    private readonly ShortMemory<string, Versioned<StoredToken>> _known = new(MostKnown, clock);

    /// <summary>Makes a token; the secret is in the answer and nowhere else.</summary>
    public async Task<(StoredToken Token, string Secret)> CreateAsync(string owner, string name, int days, bool isOperator, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        byte[] secret = random.Bytes(32);
        var token = new StoredToken
        {
            Id = ids.New('t'),
            Owner = owner,
            Name = name,
            SecretHash = ApiToken.Hash(ApiToken.ToBase62(secret)),
            CreatedAt = now,
            ExpiresAt = now.AddDays(days > 0 ? days : DefaultDays),
            IsOperator = isOperator,
        };
        await store.Tokens.For(owner).InsertAsync(token, cancellation);
        return (token, ApiToken.Format(token.Id, secret));
    }

    public async Task<StoredToken> RevokeAsync(string owner, string id, CancellationToken cancellation)
    {
        await store.Tokens.For(owner).UpdateAsync(id, token => token.Revoked ? null : token with { Revoked = true }, cancellation);
        _known.Forget(id);
        return (await store.Tokens.For(owner).GetAsync(id, cancellation))?.Value ?? throw new FailureException(FailureCode.NotFound, $"there is no token {id}");
    }

    public async Task<IReadOnlyList<StoredToken>> ListAsync(string owner, CancellationToken cancellation)
    {
        var page = await store.Tokens.For(owner).QueryAsync("created", ReadOnlyMemory<object>.Empty, new PageRequest(PageRequest.LargestLimit), cancellation);
        return [.. page.Items.Select(item => item.Value)];
    }

    /// <summary>The caller behind a token's text.</summary>
    /// <exception cref="FailureException">UNAUTHENTICATED, always with the same words: they tell nothing about what was wrong.</exception>
    public async Task<CallerIdentity> AuthenticateAsync(string text, CancellationToken cancellation)
    {
        if (ApiToken.TryParse(text, out string id, out string secret)
            && (_known.Recall(id) ?? await store.Tokens.AsSystem().FindAsync(id, cancellation)) is { } found
            && System.Security.Cryptography.CryptographicOperations.FixedTimeEquals(found.Value.SecretHash, ApiToken.Hash(secret))
            && !found.Value.Revoked && found.Value.ExpiresAt > clock.GetUtcNow())
        {
            await MarkUsedAsync(found, cancellation);
            return new CallerIdentity(found.Value.Owner, id, found.Value.Name, found.Value.IsOperator);
        }

        throw new FailureException(FailureCode.Unauthenticated, "the API token is missing, unknown, revoked or expired");
    }

    private async Task MarkUsedAsync(Versioned<StoredToken> token, CancellationToken cancellation)
    {
        if (_known.Recall(token.Value.Id) is not null)
        {
            return;
        }

        _known.Remember(token.Value.Id, token, s_memory);
        if (token.Value.LastUsedAt is null || clock.GetUtcNow() - token.Value.LastUsedAt > s_useResolution)
        {
            // Lost against another call's mark: that one is as good.
            await store.Tokens.For(token.Value.Owner).ReplaceIfVersionAsync(token.Value with { LastUsedAt = clock.GetUtcNow() }, token.Version, cancellation);
        }
    }
}
