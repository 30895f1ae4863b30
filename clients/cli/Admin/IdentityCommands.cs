using System.CommandLine;
using Hub.Cli.Output;
using Platform.Contracts.Hub.V1;

namespace Hub.Cli.Admin;

/// <summary><c>hub tokens</c> and <c>hub orgs</c>.</summary>
internal static class IdentityCommands
{
    private static readonly Argument<string> s_name = new("NAME") { Description = "Name." };
    private static readonly Argument<string> s_token = new("TOKEN") { Description = "Token id (not its secret)." };
    private static readonly Option<string> s_organization = new("--org") { Description = "Organization id (operators only).", DefaultValueFactory = _ => "" };
    private static readonly Option<int> s_days = new("--days") { Description = "Valid for so many days.", DefaultValueFactory = _ => 365 };
    private static readonly Option<bool> s_operator = new("--operator") { Description = "May act for the whole installation (operators only)." };

    public static Command CreateTokens(CliContext context) => new("tokens", "Make, list and revoke API tokens.")
    {
        new Command("create", "Make a token; its secret is shown once.") { s_name, s_organization, s_days, s_operator }.WithHub(context, async (parsed, hub, printer, cancellation) =>
        {
            var request = new CreateTokenRequest
            {
                Name = parsed.GetRequiredValue(s_name),
                OrganizationId = parsed.GetRequiredValue(s_organization),
                ExpiresInDays = parsed.GetValue(s_days),
                Operator = parsed.GetValue(s_operator),
            };
            var created = await hub.Client.CreateTokenAsync(request, cancellationToken: cancellation);
            return printer.Print(created, () => printer.Facts(("id", created.Token.TokenId), ("secret", created.Secret), ("expires", Words.Time(created.Token.ExpiresAt))));
        }),
        new Command("list", "List the organization's tokens.").WithHub(context, async (_, hub, printer, cancellation) =>
        {
            var list = await hub.Client.ListTokensAsync(new ListTokensRequest(), cancellationToken: cancellation);
            return printer.Print(list, () => printer.Table(
                ["id", "name", "created", "expires", "last used", "state"],
                list.Tokens.Select(token => (IReadOnlyList<string>)
                    [token.TokenId, token.Name, Words.Time(token.CreatedAt), Words.Time(token.ExpiresAt), Words.Time(token.LastUsedAt), token.Revoked ? "revoked" : token.Operator ? "operator" : ""])));
        }),
        new Command("revoke", "End a token at once.") { s_token }.WithHub(context, async (parsed, hub, printer, cancellation) =>
        {
            var token = await hub.Client.RevokeTokenAsync(new RevokeTokenRequest { TokenId = parsed.GetRequiredValue(s_token) }, cancellationToken: cancellation);
            return printer.Print(token, () => printer.Line($"{token.TokenId} revoked"));
        }),
    };

    public static Command CreateOrganizations(CliContext context) => new("orgs", "List and make organizations.")
    {
        new Command("list", "List the organizations you may see.").WithHub(context, async (_, hub, printer, cancellation) =>
        {
            var list = await hub.Client.ListOrganizationsAsync(new ListOrganizationsRequest(), cancellationToken: cancellation);
            return printer.Print(list, () => printer.Table(["id", "name", "created"], list.Organizations.Select(org => (IReadOnlyList<string>)[org.OrganizationId, org.Name, Words.Time(org.CreatedAt)])));
        }),
        new Command("create", "Make an organization (operators only).") { s_name }.WithHub(context, async (parsed, hub, printer, cancellation) =>
        {
            var organization = await hub.Client.CreateOrganizationAsync(new CreateOrganizationRequest { Name = parsed.GetRequiredValue(s_name) }, cancellationToken: cancellation);
            return printer.Print(organization, () => printer.Line(organization.OrganizationId));
        }),
    };
}
