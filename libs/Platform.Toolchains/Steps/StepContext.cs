using Platform.Toolchains.Options;

namespace Platform.Toolchains.Steps;

/// <summary>What a step is told besides the model.</summary>
/// <param name="Options">Checked options of the job.</param>
/// <param name="Inputs">Input specs in the caller's order; empty where none were given.</param>
/// <param name="IsFirst">Whether it is the path's first step: input specs are applied there.</param>
/// <param name="IsLast">Whether it is the path's last step: output options are applied there.</param>
/// <param name="Cancellation">Ends the work early.</param>
public sealed record StepContext(
    OptionSet Options, IReadOnlyList<InputSpec> Inputs, bool IsFirst, bool IsLast, CancellationToken Cancellation)
{
    /// <summary>Called with the name of each pass of a step and a text of the graph after it, when set.</summary>
    public Action<string, string>? Dump { get; init; }
}
