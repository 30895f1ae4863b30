using System.CommandLine;
using Hub.Cli.Admin;
using Hub.Cli.Convert;
using Hub.Cli.Datasets;
using Hub.Cli.Devices;
using Hub.Cli.Events;
using Hub.Cli.Host;
using Hub.Cli.Inspect;
using Hub.Cli.Jobs;
using Hub.Cli.Link;
using Hub.Cli.Models;
using Hub.Cli.Submit;
using Hub.Cli.Verify;
using Hub.Cli.Webhooks;

namespace Hub.Cli;

/// <summary>The command tree.</summary>
internal static class HubCommand
{
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        var context = new CliContext(output, error, TimeProvider.System);
        var parsed = Create(context).Parse(args);
        var configuration = new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false };
        int code = await parsed.InvokeAsync(configuration);
        return parsed.Errors.Count > 0 ? ExitCode.Usage : code;
    }

    private static RootCommand Create(CliContext context) => new("Compile, quantize, profile and run neural networks on your own devices.")
    {
        UpCommand.Create(context),
        ConfigureCommand.Create(context),
        FarmCommands.CreateDoctor(context),
        FarmCommands.CreateDevices(context),
        FarmCommands.CreateFrameworks(context),
        FarmCommands.CreateSteps(context),
        ModelCommands.Create(context),
        DatasetCommands.Create(context),
        SubmitCommands.CreateCompile(context),
        SubmitCommands.CreateProfile(context),
        SubmitCommands.CreateInfer(context),
        SubmitCommands.CreateCompileAndProfile(context),
        SubmitCommands.CreateCompileAndInfer(context),
        JobCommands.Create(context),
        EventsCommand.Create(context),
        WebhookCommands.Create(context),
        ConvertCommand.Create(context.Output, context.Error),
        LinkCommand.Create(context),
        LinkJobCommand.Create(context),
        VerifyCommand.Create(context),
        IdentityCommands.CreateTokens(context),
        IdentityCommands.CreateOrganizations(context),
        AdminCommands.Create(context),
        AdminCommands.CreateBackup(context),
        AdminCommands.CreateRestore(context),
        InspectCommand.Create(context),
        CompletionCommand.Create(context),
        CommandParts.Profile,
        CommandParts.Json,
    };
}
