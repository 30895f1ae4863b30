namespace Hub.Cli.Tests;

/// <summary>Runs the program inside the test.</summary>
internal static class Cli
{
    public static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = await HubCommand.RunAsync(arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
