using Microsoft.Extensions.Options;
using Platform.Gateway.Identity;

namespace Platform.Gateway;

/// <summary>Opens the store before the first request is served, and gives the local user of an embedded host a token.</summary>
internal sealed class GatewayStart(GatewayStore store, OrganizationService organizations, TokenService tokens, IOptions<GatewayOptions> options) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await store.OpenAsync(cancellationToken);
        if (options.Value.LocalOrganization.Length == 0)
        {
            return;
        }

        var organization = await organizations.EnsureAsync(options.Value.LocalOrganization, cancellationToken);
        if (options.Value.ClientProfile.Length > 0)
        {
            await EnsureProfileAsync(organization.Id, cancellationToken);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task EnsureProfileAsync(string owner, CancellationToken cancellation)
    {
        var profile = ClientProfile.Read(options.Value.ClientProfile);
        string token = profile?.Token ?? "";
        if (token.Length == 0 || !await IsValidAsync(token, cancellation))
        {
            token = (await tokens.CreateAsync(owner, Environment.UserName, 3650, isOperator: true, cancellation)).Secret;
        }

        ClientProfile.Write(options.Value.ClientProfile, new ClientProfile(options.Value.PublicGrpcUrl, token));
    }

    private async Task<bool> IsValidAsync(string token, CancellationToken cancellation)
    {
        try
        {
            await tokens.AuthenticateAsync(token, cancellation);
            return true;
        }
        catch (ServiceDefaults.FailureException)
        {
            return false;
        }
    }
}
