using System.CommandLine;
using Hub.Cli.Convert;

namespace Hub.Cli;

/// <summary>The command tree.</summary>
internal static class HubCommand
{
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        var root = new RootCommand("Compile, quantize, profile and run neural networks on your own devices.")
        {
            ConvertCommand.Create(output, error),
        };
        var parsed = root.Parse(args);
        var configuration = new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false };
        int code = await parsed.InvokeAsync(configuration);
        return parsed.Errors.Count > 0 ? ExitCode.Usage : code;
    }
}
