using Platform.Contracts.Hub.V1;
using Platform.Sandbox;
using Platform.Toolchains.Steps;

namespace Platform.Toolchains.Qairt;

/// <summary>A step by tools of the full SDK, one after the other, each in the sandbox.</summary>
/// <param name="sdk">The SDK; null where none is mounted.</param>
public abstract class QairtStep(QairtSdk? sdk) : ProcessStep
{
    private const string HowToMount = "mount the QAIRT SDK on a build node and point HUB_QAIRT_ROOT at it";

    /// <summary>Version of the SDK; empty where there is none.</summary>
    protected string Version => sdk?.Version ?? "";

    /// <summary>Names of the tools that it needs.</summary>
    protected abstract IReadOnlyList<string> Tools { get; }

    /// <summary>The command lines, with paths as the child sees them.</summary>
    /// <param name="input">The ONNX model.</param>
    /// <param name="folder">An empty folder for what the tools write.</param>
    /// <param name="request">The request.</param>
    protected abstract IReadOnlyList<(string Tool, IReadOnlyList<string> Arguments)> Commands(string input, string folder, ProcessStepRequest request);

    /// <summary>The product below that folder.</summary>
    protected abstract string Product { get; }

    /// <inheritdoc/>
    public override Task<StepAvailability> ProbeAsync(ISandbox sandbox, CancellationToken cancellation)
    {
        string? missing = sdk is null ? null : Tools.FirstOrDefault(tool => sdk.Tool(tool) is null);
        return Task.FromResult(sdk is null ? new StepAvailability(false, "", HowToMount)
            : missing is not null ? new StepAvailability(false, "", $"{sdk.Root} has no {missing}: {HowToMount}")
            : new StepAvailability(true, sdk.Version, ""));
    }

    /// <inheritdoc/>
    public override async Task<ProcessStepOutcome> RunAsync(ProcessStepRequest request, ISandbox sandbox, CancellationToken cancellation)
    {
        string folder = Directory.CreateDirectory(Path.Combine(request.WorkFolder, "qairt")).FullName;
        var ended = new SandboxResult(SandboxEnd.Exited, 0, TimeSpan.Zero, 0);
        string Inside(string path) => Path.Combine(sandbox.WorkFolderOf(new SandboxRequest("", [], request.WorkFolder, request.Limits)), Path.GetRelativePath(request.WorkFolder, path));
        foreach (var (tool, arguments) in Commands(Inside(request.Input), Inside(folder), request))
        {
            var words = new List<string>();
            void Heard(string line)
            {
                words.Add(line);
                request.Log(line);
            }

            var child = new SandboxRequest(sdk!.Tool(tool)!, arguments, request.WorkFolder, request.Limits) { Environment = sdk.Environment, ReadOnly = [sdk.Root], OutputLine = Heard, ErrorLine = Heard };
            ended = await sandbox.RunAsync(child, cancellation);
            cancellation.ThrowIfCancellationRequested();
            if (!ended.Succeeded)
            {
                return Refused(ended, tool, words);
            }
        }

        string product = Path.Combine(folder, Product);
        if (!File.Exists(product))
        {
            return new ProcessStepOutcome([new Refusal(FailureCode.ToolCrashed, $"{Tools[^1]} ended well and left no {Product}")], [], null, ended);
        }

        File.Move(product, request.Output);
        return new ProcessStepOutcome([], [], null, ended);
    }

    private static ProcessStepOutcome Refused(SandboxResult ended, string tool, List<string> words)
    {
        var refusal = ChildFailures.ToRefusal(ended, tool);
        string last = string.Join("; ", words.Where(line => line.Contains("ERROR", StringComparison.OrdinalIgnoreCase)).DefaultIfEmpty(words.LastOrDefault("")).TakeLast(3));
        return new ProcessStepOutcome([refusal with { Message = $"{refusal.Message}: {last}" }], [], null, ended);
    }
}
