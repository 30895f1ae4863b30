using Platform.Contracts.Hub.V1;
using Platform.ServiceDefaults;
using Platform.Store;

namespace Platform.Gateway.Identity;

/// <summary>Organizations: the owners of everything.</summary>
internal sealed class OrganizationService(GatewayStore store, IdSource ids, TimeProvider clock)
{
    public async Task<StoredOrganization> CreateAsync(string name, CancellationToken cancellation)
    {
        var organization = new StoredOrganization { Id = ids.New('o'), Name = name, CreatedAt = clock.GetUtcNow() };
        var outcome = await store.Organizations.For(organization.Id).InsertAsync(organization, cancellation);
        return outcome.Inserted ? organization : throw new FailureException(FailureCode.ArgumentInvalid, $"there is already an organization named {name}");
    }

    /// <summary>The organization of that name, made when it is missing.</summary>
    public async Task<StoredOrganization> EnsureAsync(string name, CancellationToken cancellation)
    {
        var page = await store.Organizations.AsSystem().QueryAsync("name", new object[] { name }, new PageRequest(1), cancellation);
        return page.Items.Count > 0 ? page.Items[0].Value : await CreateAsync(name, cancellation);
    }

    /// <summary>An organization's name; its id when it is gone.</summary>
    public async Task<string> NameOfAsync(string owner, CancellationToken cancellation) =>
        (await store.Organizations.For(owner).GetAsync(owner, cancellation))?.Value.Name ?? owner;

    public async Task<IReadOnlyList<StoredOrganization>> ListAsync(CallerIdentity caller, CancellationToken cancellation)
    {
        if (!caller.IsOperator)
        {
            var own = await store.Organizations.For(caller.Owner).GetAsync(caller.Owner, cancellation);
            return own is null ? [] : [own.Value];
        }

        var page = await store.Organizations.AsSystem().QueryAsync("name", ReadOnlyMemory<object>.Empty, new PageRequest(PageRequest.LargestLimit), cancellation);
        return [.. page.Items.Select(item => item.Value)];
    }
}
