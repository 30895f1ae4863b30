using System.CommandLine;
using Hub.Cli.Connection;
using Platform.Contracts.Hub.V1;

namespace Hub.Cli.Host;

/// <summary><c>hub configure</c>: writes a profile after trying it.</summary>
internal static class ConfigureCommand
{
    private static readonly Option<string> s_url = new("--api_url") { Description = "gRPC address, e.g. http://hub.example:8081.", Required = true };
    private static readonly Option<string> s_token = new("--api_token") { Description = "API token.", Required = true };

    public static Command Create(CliContext context) => new Command("configure", "Name a hub and how to get in; the profile is written after it has been tried.") { s_url, s_token }
        .WithAction(context, async (parsed, printer, cancellation) =>
        {
            var profile = new Profile(parsed.GetValue(CommandParts.Profile) ?? "default", parsed.GetRequiredValue(s_url), parsed.GetRequiredValue(s_token));
            using var hub = new HubConnection(profile);
            var caller = await hub.Client.GetMeAsync(new GetMeRequest(), cancellationToken: cancellation);
            profile.Write();
            return printer.Print(caller, () => printer.Line($"{Profile.FilePath}: profile {profile.Name}, {caller.Organization} at {profile.ApiUrl}"));
        });
}
