using Google.Protobuf;
using Platform.Compiler.Tools;
using Platform.Contracts.Hub.V1;
using Platform.Contracts.Runner.V1;
using Platform.Sandbox;
using Platform.ServiceDefaults;
using Platform.Toolchains.Steps;

namespace Platform.Compiler.Work;

/// <summary>Runs the step program in the sandbox: one request, one response.</summary>
internal sealed class StepChild(ISandbox sandbox, ToolBox tools)
{
    private static readonly JsonParser s_parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    /// <summary>Where the child sees a path of the work folder.</summary>
    public string Inside(string workFolder, string path) =>
        Path.Combine(sandbox.Kind == "none" ? workFolder : SandboxRequest.InsideWorkFolder, Path.GetRelativePath(workFolder, path));

    /// <summary>The response.</summary>
    /// <exception cref="FailureException">The child ended without one.</exception>
    public async Task<StepResponse> RunAsync(StepRequest request, string workFolder, SandboxLimits limits, WorkLog log, CancellationToken cancellation)
    {
        string? answer = null;
        string lastWords = "";
        var run = new SandboxRequest(tools.StepProgram, [], workFolder, limits)
        {
            StandardInput = JsonFormatter.Default.Format(request) + "\n",
            OutputLine = line => answer = line,
            ErrorLine = line =>
            {
                lastWords = line;
                log.Line(line);
            },
        };
        var ended = await sandbox.RunAsync(run, cancellation);
        cancellation.ThrowIfCancellationRequested();
        if (!ended.Succeeded || answer is null)
        {
            var refusal = ChildFailures.ToRefusal(ended, "the conversion");
            throw new FailureException(refusal.Code, lastWords.Length == 0 ? refusal.Message : $"{refusal.Message}; its last words: {lastWords}");
        }

        try
        {
            return s_parser.Parse<StepResponse>(answer);
        }
        catch (InvalidProtocolBufferException)
        {
            throw new FailureException(FailureCode.ToolCrashed, "the conversion ended without a readable result");
        }
    }
}
