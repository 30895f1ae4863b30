using System.CommandLine;
using Hub.Cli.Connection;
using Hub.Cli.Output;

namespace Hub.Cli;

/// <summary>Options that many commands share, and how their actions run.</summary>
internal static class CommandParts
{
    public static Option<string?> Profile { get; } = new("--profile") { Description = "Which hub: a section of the profile file.", Recursive = true };

    public static Option<bool> Json { get; } = new("--json") { Description = "Print JSON.", Recursive = true };

    /// <summary>Gives a command an action that talks to a hub; every failure ends in one place.</summary>
    public static Command WithHub(this Command command, CliContext context, Func<ParseResult, HubConnection, Printer, CancellationToken, Task<int>> action)
    {
        command.SetAction(async (parsed, cancellation) =>
        {
            try
            {
                using var connection = CliContext.Connect(parsed.GetValue(Profile));
                return await action(parsed, connection, context.Printer(parsed.GetValue(Json)), cancellation);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                return FailurePrinter.Print(context, error);
            }
        });
        return command;
    }

    /// <summary>Gives a command an action that needs no hub.</summary>
    public static Command WithAction(this Command command, CliContext context, Func<ParseResult, Printer, CancellationToken, Task<int>> action)
    {
        command.SetAction(async (parsed, cancellation) =>
        {
            try
            {
                return await action(parsed, context.Printer(parsed.GetValue(Json)), cancellation);
            }
            catch (Exception error) when (error is CliException or IOException or Grpc.Core.RpcException)
            {
                return FailurePrinter.Print(context, error);
            }
        });
        return command;
    }
}
