using Platform.Contracts.Hub.V1;

namespace Platform.Runners.Sandboxed;

/// <summary>Failure codes as the runner protocol spells them: the names of hub.v1.FailureCode.</summary>
public static class RunnerCodes
{
    private static readonly Dictionary<string, FailureCode> s_codes = FailuresReflection.Descriptor.EnumTypes
        .Single(type => type.Name == nameof(FailureCode)).Values.ToDictionary(value => value.Name, value => (FailureCode)value.Number, StringComparer.Ordinal);

    /// <summary>The spelling of a code.</summary>
    public static string NameOf(FailureCode code) => s_codes.First(pair => pair.Value == code).Key;

    /// <summary>The code of a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="unknown">What a name stands for that this version does not know.</param>
    public static FailureCode Parse(string name, FailureCode unknown) => s_codes.GetValueOrDefault(name, unknown);
}
