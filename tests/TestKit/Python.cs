namespace TestKit;

/// <summary>The Python that has torch and onnx: <c>HUB_PYTHON</c>, else Debian's own.</summary>
public static class Python
{
    public static string Program { get; } = Environment.GetEnvironmentVariable("HUB_PYTHON") ?? "/usr/bin/python3";

    private static readonly Dictionary<string, bool> s_modules = [];

    /// <summary>Skips the test, saying what is missing, unless Python can import all of the modules.</summary>
    public static async Task RequireAsync(params string[] modules)
    {
        foreach (string module in modules)
        {
            Assert.SkipUnless(await HasAsync(module), $"needs the Python module {module} ({Program})");
        }
    }

    /// <summary>Runs a script to its end and gives what it printed.</summary>
    public static async Task<string> RunAsync(string script, params string[] arguments)
    {
        var run = await ProcessRun.RunAsync(Program, [script, .. arguments]);
        Assert.True(run.ExitCode == 0, run.Error);
        return run.Output;
    }

    private static async Task<bool> HasAsync(string module)
    {
        if (!s_modules.TryGetValue(module, out bool has))
        {
            has = File.Exists(Program)
                && (await ProcessRun.RunAsync(Program, ["-c", $"import importlib.util, sys; sys.exit(importlib.util.find_spec('{module}') is None)"])).ExitCode == 0;
            s_modules[module] = has;
        }

        return has;
    }
}
