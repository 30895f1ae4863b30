using Platform.Contracts.Runner.V1;
using Platform.Mounts;
using Platform.Sandbox;
using Platform.Toolchains.Inspection;
using Platform.Toolchains.Steps;

namespace Platform.Toolchains.Qnn;

/// <summary>The QNN package of this machine: looked for once, tried once, used by every step that needs it.</summary>
/// <param name="program">The executable <c>qnn-step</c>.</param>
/// <param name="root">What <c>HUB_QNN_ROOT</c> says; empty to look in the toolchains folder.</param>
/// <param name="toolchains">The toolchains folder; empty for none.</param>
/// <param name="cache">Folder for unpacked wheels.</param>
public sealed class QnnMount(string program, string root, string toolchains, string cache)
{
    /// <summary>What to do where nothing is mounted.</summary>
    public const string HowToMount = "fetch the onnxruntime-qnn wheel for Linux x86-64 from its publisher, accept its terms, and point HUB_QNN_ROOT at the wheel or its unpacked folder";

    private static readonly SandboxLimits s_limits = new(TimeSpan.FromMinutes(2), 2L << 30, 64 << 20, 256 << 10);

    private readonly Lock _lock = new();
    private Task<StepAvailability>? _looked;
    private QnnTool? _tool;

    /// <summary>The full build id of the mounted QAIRT; empty where there is none.</summary>
    public string Build => _looked is { IsCompletedSuccessfully: true } done ? done.Result.Version : "";

    /// <summary>The package's folder; empty where there is none.</summary>
    public string Root => _tool?.Package.Root ?? "";

    /// <summary>Looks for the package and compiles the smallest model with it, once; later calls answer the same.</summary>
    public Task<StepAvailability> ProbeAsync(ISandbox sandbox, CancellationToken cancellation)
    {
        lock (_lock)
        {
            return _looked is null or { IsFaulted: true } or { IsCanceled: true } ? _looked = LookAsync(sandbox, cancellation) : _looked;
        }
    }

    /// <summary>The program with its package.</summary>
    /// <exception cref="InspectionException">RUNTIME_MISSING: it was not found, or was found broken.</exception>
    public QnnTool RequireTool() => _tool ?? throw new InspectionException(
        $"QNN is not mounted: {(_looked is { IsCompletedSuccessfully: true } done ? done.Result.Reason : HowToMount)}", Contracts.Hub.V1.FailureCode.RuntimeMissing);

    private async Task<StepAvailability> LookAsync(ISandbox sandbox, CancellationToken cancellation)
    {
        if (QnnPackage.Locate(root, toolchains) is not { } place)
        {
            return Missing(HowToMount);
        }

        if (!File.Exists(program))
        {
            return Missing($"{program} is missing: the installation is not complete");
        }

        try
        {
            return await TryAsync(new QnnTool(program, QnnPackage.Open(place, cache)), sandbox, cancellation);
        }
        catch (MountException problem)
        {
            return Missing($"{problem.Message}: {HowToMount}");
        }
    }

    private async Task<StepAvailability> TryAsync(QnnTool tool, ISandbox sandbox, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("hub-qnn-");
        try
        {
            var run = await tool.RunAsync(new QnnRequest { Probe = new QnnProbe() }, folder.FullName, folder.FullName, s_limits, sandbox, _ => { }, cancellation);
            if (run.Refusals.Count > 0)
            {
                return Missing($"{tool.Package.Root} does not work here: {run.Refusals[0].Message}");
            }

            _tool = tool;
            return new StepAvailability(true, run.Response!.BuildId, "");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static StepAvailability Missing(string reason) => new(false, "", reason);
}
