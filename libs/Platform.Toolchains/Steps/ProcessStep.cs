using Platform.Sandbox;
using Platform.Toolchains.Inspection;
using Platform.Toolchains.Options;
using Platform.Toolchains.Qnn;

namespace Platform.Toolchains.Steps;

/// <summary>A conversion by a program of others: a child process in the sandbox for every run.</summary>
public abstract class ProcessStep
{
    /// <summary>Name and forms; the version is what the probe found.</summary>
    public abstract StepDescription Description { get; }

    /// <summary>The ending of the product's file, with its dot.</summary>
    public virtual string ExtensionFor(OptionSet options) => TargetRuntime.ExtensionOf(Description.To);

    /// <summary>Looks whether the program is there and works, inside the sandbox it will run in.</summary>
    public abstract Task<StepAvailability> ProbeAsync(ISandbox sandbox, CancellationToken cancellation);

    /// <summary>Converts.</summary>
    public abstract Task<ProcessStepOutcome> RunAsync(ProcessStepRequest request, ISandbox sandbox, CancellationToken cancellation);
}

/// <summary>Whether a step can be done here.</summary>
/// <param name="Available">Whether it can.</param>
/// <param name="Version">Version of the program; empty when it cannot.</param>
/// <param name="Reason">Why not, and what to do.</param>
public sealed record StepAvailability(bool Available, string Version, string Reason);

/// <summary>What a process step is told.</summary>
/// <param name="Input">The model file, inside <paramref name="WorkFolder"/>.</param>
/// <param name="Output">The product's file, inside <paramref name="WorkFolder"/>.</param>
/// <param name="WorkFolder">The folder that the program may write.</param>
/// <param name="Options">Checked options of the job.</param>
/// <param name="Inputs">Input specs.</param>
/// <param name="IsLast">Whether it is the path's last step.</param>
/// <param name="Limits">Bounds of the child.</param>
/// <param name="Log">Hears each line that the program prints.</param>
public sealed record ProcessStepRequest(
    string Input, string Output, string WorkFolder, OptionSet Options, IReadOnlyList<InputSpec> Inputs, bool IsLast, SandboxLimits Limits, Action<string> Log)
{
    /// <summary>Chips that the product is for; empty where that does not matter.</summary>
    public IReadOnlyList<Soc> Socs { get; init; } = [];
}

/// <summary>The end of a process step.</summary>
/// <param name="Refusals">Why there is no product; empty when there is one.</param>
/// <param name="Warnings">Sentences the user should see.</param>
/// <param name="Samples">Inputs with the source's own outputs, where the source could be run; null elsewhere.</param>
/// <param name="Ended">How the child ended.</param>
public sealed record ProcessStepOutcome(IReadOnlyList<Refusal> Refusals, IReadOnlyList<string> Warnings, ReferenceSamples? Samples, SandboxResult Ended)
{
    /// <summary>What the program says of its product; null where the file itself has to be looked at.</summary>
    public ModelFacts? Facts { get; init; }
}
