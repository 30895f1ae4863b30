using Google.Protobuf;
using Platform.Contracts.Hub.V1;
using Platform.Sandbox;

namespace Platform.Runners.Sandboxed;

/// <summary>A runner program in the sandbox: a fresh process for each request.</summary>
public abstract class SandboxedProgram(ISandbox sandbox, string program)
{
    private static readonly JsonParser s_parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    /// <summary>The executable.</summary>
    public string Program => program;

    /// <summary>Its environment.</summary>
    protected virtual IReadOnlyDictionary<string, string> Environment { get; } = new Dictionary<string, string>();

    /// <summary>What it may read beside the system's libraries.</summary>
    protected virtual IReadOnlyList<string> ReadOnly { get; } = [];

    /// <summary>Where the program sees a path of the work folder.</summary>
    public string Inside(string workFolder, string path) =>
        Path.Combine(sandbox.Kind == "none" ? workFolder : SandboxRequest.InsideWorkFolder, Path.GetRelativePath(workFolder, path));

    /// <summary>Sends one request and reads the answers until the process ends.</summary>
    /// <param name="request">The request.</param>
    /// <param name="run">Where it works.</param>
    /// <param name="what">What it is, for the sentence of a failure.</param>
    /// <param name="take">Takes an answer.</param>
    /// <param name="cancellation">Ends the process.</param>
    /// <returns>Why there is no answer; null when there was one.</returns>
    private protected async Task<FailureDetail?> AskAsync<TAnswer>(IMessage request, ProgramRun run, string what, Action<TAnswer> take, CancellationToken cancellation)
        where TAnswer : IMessage, new()
    {
        bool answered = false;
        bool unreadable = false;
        string lastWords = "";
        var child = new SandboxRequest(program, [], run.WorkFolder, run.Limits)
        {
            Environment = Environment,
            ReadOnly = ReadOnly,
            StandardInput = JsonFormatter.Default.Format(request) + "\n",
            OutputLine = line =>
            {
                try
                {
                    take(s_parser.Parse<TAnswer>(line));
                    answered = true;
                }
                catch (Exception problem) when (problem is InvalidProtocolBufferException or InvalidJsonException)
                {
                    unreadable = true;
                    run.Log($"an unreadable answer: {problem.Message}");
                }
            },
            ErrorLine = line =>
            {
                lastWords = line;
                run.Log(line);
            },
        };
        var ended = await sandbox.RunAsync(child, cancellation);
        cancellation.ThrowIfCancellationRequested();
        if (ended.Succeeded && answered && !unreadable)
        {
            return null;
        }

        var (code, message) = SandboxFailures.Describe(ended, what);
        return new FailureDetail { Code = code, Reason = SandboxFailures.ReasonOf(ended) ?? "", Message = lastWords.Length == 0 ? message : $"{message}; its last words: {lastWords}" };
    }
}
