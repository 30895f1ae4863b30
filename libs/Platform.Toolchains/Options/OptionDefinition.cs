namespace Platform.Toolchains.Options;

/// <summary>One row of the option table.</summary>
/// <param name="Name">Name without the dashes.</param>
/// <param name="Jobs">Job types that take it.</param>
/// <param name="Kind">What its value is.</param>
/// <param name="Values">Allowed values of a choice, or keys of a nested list; empty where anything goes.</param>
/// <param name="Default">Value when it is not given, as text; null for none.</param>
/// <param name="Help">One sentence.</param>
/// <param name="Targets">Target runtimes of compile jobs that take it; empty means all.</param>
public sealed record OptionDefinition(
    string Name,
    JobKinds Jobs,
    OptionKind Kind,
    IReadOnlyList<string> Values,
    string? Default,
    string Help,
    IReadOnlyList<string> Targets)
{
    /// <summary>For numbers: the lowest allowed value.</summary>
    public double Minimum { get; init; } = double.NegativeInfinity;

    /// <summary>For numbers: the highest allowed value.</summary>
    public double Maximum { get; init; } = double.PositiveInfinity;
}
