using Google.Protobuf.WellKnownTypes;
using Platform.Contracts.Hub.V1;
using Platform.ServiceDefaults;

namespace Platform.Gateway.Identity;

/// <summary>Organizations and tokens as messages.</summary>
internal static class IdentityViews
{
    public static Organization ToMessage(StoredOrganization organization) =>
        new() { OrganizationId = organization.Id, Name = organization.Name, CreatedAt = organization.CreatedAt.ToTimestamp() };

    public static Token ToMessage(StoredToken token) => new()
    {
        TokenId = token.Id,
        Name = token.Name,
        CreatedAt = token.CreatedAt.ToTimestamp(),
        ExpiresAt = token.ExpiresAt.ToTimestamp(),
        LastUsedAt = token.LastUsedAt?.ToTimestamp(),
        Revoked = token.Revoked,
        Operator = token.IsOperator,
    };

    public static void RequireName(string name)
    {
        if (name.Length is 0 or > 100 || name.Any(char.IsControl))
        {
            throw new FailureException(FailureCode.ArgumentInvalid, "a name has 1 to 100 characters and no control characters");
        }
    }
}
