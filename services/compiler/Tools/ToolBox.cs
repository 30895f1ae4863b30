using Microsoft.Extensions.Options;
using Platform.Contracts.Hub.V1;
using Platform.Contracts.Node.V1;
using Platform.Sandbox;
using Platform.Toolchains.Conversion;
using Platform.Toolchains.Qairt;
using Platform.Toolchains.Qnn;
using Platform.Toolchains.Steps;
using Platform.Toolchains.TorchScript;

namespace Platform.Compiler.Tools;

/// <summary>What this node can do: found out once at start, inside the sandbox that jobs will run in.</summary>
internal sealed class ToolBox(ISandbox sandbox, QnnMount qnn, IOptions<CompilerOptions> options)
{
    /// <summary>The tool that reads uploaded models and datasets.</summary>
    public const string InspectTool = "inspect";

    private IReadOnlyList<Tool> _tools = [];

    /// <summary>The QNN package.</summary>
    public QnnMount Qnn => qnn;

    /// <summary>Steps by programs of others.</summary>
    public IReadOnlyList<ProcessStep> ProcessSteps { get; } = StepsOf(options.Value, qnn);

    /// <summary>Everything this node announces, with the reason for what it cannot do.</summary>
    public IReadOnlyList<Tool> Tools => _tools;

    /// <summary>The step program.</summary>
    public string StepProgram => Path.Combine(options.Value.Runners, "step", "step");

    public async Task ProbeAsync(CancellationToken cancellation)
    {
        string? problem = await sandbox.FindProblemAsync(cancellation)
            ?? (File.Exists(StepProgram) ? null : $"{StepProgram} is missing: the node's installation is not complete");
        var tools = new List<Tool> { new() { Name = InspectTool, Kind = "inspection", Version = "1", Available = problem is null, Reason = problem ?? "" } };
        tools.AddRange(ManagedSteps.All.Select(step => ToTool(step.Description, new StepAvailability(problem is null, step.Description.Version, problem ?? ""))));
        foreach (var step in ProcessSteps)
        {
            var found = problem is null ? await step.ProbeAsync(sandbox, cancellation) : new StepAvailability(false, "", problem);
            tools.Add(ToTool(step.Description, found));
        }

        var linking = problem is null ? await qnn.ProbeAsync(sandbox, cancellation) : new StepAvailability(false, "", problem);
        tools.Add(new Tool { Name = QnnLinkStep.Name, Kind = "link", Version = linking.Version, To = ModelType.QnnContextBinary, Available = linking.Available, Reason = linking.Reason });
        _tools = tools;
    }

    private static List<ProcessStep> StepsOf(CompilerOptions options, QnnMount qnn)
    {
        var sdk = QairtSdk.Locate(options.Qairt, options.Toolchains);
        return [new TorchScriptStep(options.Python), .. QnnCompileStep.All(qnn), new QairtConverterStep(sdk), new ModelLibraryStep(sdk)];
    }

    private static Tool ToTool(StepDescription step, StepAvailability found) => new()
    {
        Name = step.Name,
        Kind = "step",
        Version = found.Version,
        From = (ModelType)(int)step.From,
        To = (ModelType)(int)step.To,
        Available = found.Available,
        Reason = found.Reason,
    };
}
