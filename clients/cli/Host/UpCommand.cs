using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Hub.Cli.Connection;
using Hub.Cli.Output;

namespace Hub.Cli.Host;

/// <summary><c>hub up</c>: runs the embedded host until it is interrupted.</summary>
internal static class UpCommand
{
    private static readonly Option<int> s_http = new("--http") { Description = "Port for HTTP/1.1: REST, blobs, pages.", DefaultValueFactory = _ => 8080 };
    private static readonly Option<int> s_grpc = new("--grpc") { Description = "Port for gRPC.", DefaultValueFactory = _ => 8081 };
    private static readonly Option<string> s_sandbox = new("--sandbox") { Description = "bubblewrap; none only if all models are trusted.", DefaultValueFactory = _ => "bubblewrap" };

    public static Command Create(CliContext context) => new Command("up", """
        Run a hub here: all services in one process, data in one folder (HUB_DATA), this machine's CPU as the first device.

        Example:
          hub up
        """) { s_http, s_grpc, s_sandbox }.WithAction(context, (parsed, printer, cancellation) => RunAsync(parsed, printer, cancellation));

    private static async Task<int> RunAsync(ParseResult parsed, Printer printer, CancellationToken cancellation)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "host", "Platform.Host");
        if (!File.Exists(program))
        {
            throw new CliException($"{program} is missing: this installation has the client only");
        }

        string sandbox = parsed.GetRequiredValue(s_sandbox);
        var start = new ProcessStartInfo(program,
        [
            "--http", parsed.GetValue(s_http).ToString(CultureInfo.InvariantCulture), "--grpc", parsed.GetValue(s_grpc).ToString(CultureInfo.InvariantCulture),
            $"--Compiler:Sandbox={sandbox}", $"--Worker:Sandbox={sandbox}",
            $"--Compiler:Runners={Path.Combine(AppContext.BaseDirectory, "runners")}", $"--Worker:Runners={Path.Combine(AppContext.BaseDirectory, "runners")}",
        ]);
        using var process = Process.Start(start)!;
        printer.Line($"hub: starting; the profile goes to {Profile.FilePath}; Ctrl+C ends it");
        try
        {
            await process.WaitForExitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            // It gives its work back and ends by itself.
            Signals.AskToEnd(process.Id);
            await process.WaitForExitAsync(CancellationToken.None);
        }

        return process.ExitCode == 0 ? ExitCode.Done : ExitCode.Refused;
    }
}
