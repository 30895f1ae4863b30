namespace Platform.Runners;

/// <summary>A runner program on this machine.</summary>
/// <param name="Path">Its executable.</param>
/// <param name="Environment">Variables to set for it, besides those of this process.</param>
public sealed record RunnerProgram(string Path, IReadOnlyDictionary<string, string> Environment)
{
    /// <summary>The program that loads and runs one model.</summary>
    public const string ModelRunner = "model-runner";

    /// <summary>The program that runs one managed conversion path.</summary>
    public const string Step = "step";

    /// <summary>The program that compiles, links and looks at files with the QNN package.</summary>
    public const string QnnStep = "qnn-step";

    /// <summary>Finds a program: in HUB_RUNNERS, else in <c>runners/</c> beside the running program.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The program; null when it is not there.</returns>
    public static RunnerProgram? Find(string name)
    {
        string? given = System.Environment.GetEnvironmentVariable("HUB_RUNNERS");
        string folder = given is { Length: > 0 } ? given : System.IO.Path.Combine(AppContext.BaseDirectory, "runners");
        string path = System.IO.Path.Combine(folder, name, name);
        return File.Exists(path) ? new RunnerProgram(path, new Dictionary<string, string>()) : null;
    }
}
