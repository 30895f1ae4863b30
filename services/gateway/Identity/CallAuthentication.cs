using Grpc.Core;
using Platform.Contracts.Hub.V1;
using Platform.ServiceDefaults;

namespace Platform.Gateway.Identity;

/// <summary>Reads who calls from a call's headers, and refuses clients that are too old.</summary>
internal sealed class CallAuthentication(TokenService tokens)
{
    /// <summary>Header in which clients say their version.</summary>
    public const string VersionHeader = "hub-client-version";

    /// <summary>The oldest client that this server serves.</summary>
    public static readonly Version OldestClient = new(0, 1, 0);

    internal const string CallerKey = "hub-caller";

    public static CallerIdentity CallerOf(ServerCallContext context) => (CallerIdentity)context.UserState[CallerKey];

    public async Task AuthenticateAsync(ServerCallContext context)
    {
        CheckVersion(context.RequestHeaders.GetValue(VersionHeader));
        string header = context.RequestHeaders.GetValue("authorization") ?? "";
        context.UserState[CallerKey] = await tokens.AuthenticateAsync(TokenOf(header), context.CancellationToken);
    }

    // "token X" is AI Hub's form, "Bearer X" everybody else's.
    private static string TokenOf(string header)
    {
        string[] parts = header.Split(' ', 2);
        return parts.Length == 2 && (parts[0].Equals("token", StringComparison.OrdinalIgnoreCase) || parts[0].Equals("Bearer", StringComparison.OrdinalIgnoreCase)) ? parts[1].Trim() : "";
    }

    private static void CheckVersion(string? text)
    {
        if (text is not null && Version.TryParse(text.Split('-', '+')[0], out var version) && version < OldestClient)
        {
            throw new FailureException(FailureCode.ClientTooOld, $"this client is version {text}; the server serves {OldestClient} and newer");
        }
    }
}
