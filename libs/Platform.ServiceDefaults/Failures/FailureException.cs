using Google.Protobuf.Reflection;
using Platform.Contracts.Hub.V1;

namespace Platform.ServiceDefaults;

/// <summary>A call is refused: carries the coded failure to the one place that turns it into a status.</summary>
/// <param name="failure">The failure.</param>
public sealed class FailureException(Failure failure) : Exception(failure.Message)
{
    /// <summary>A failure with one code and sentence.</summary>
    public FailureException(FailureCode code, string message)
        : this(Failures.Of(code, message))
    {
    }

    /// <summary>The failure.</summary>
    public Failure Failure { get; } = failure;

    /// <summary>When the call may succeed; null when that is not known.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

/// <summary>Makes failures from the catalogue.</summary>
public static class Failures
{
    private static readonly Dictionary<FailureCode, FailureTraits> s_traits = FailuresReflection.Descriptor
        .FindTypeByName<EnumDescriptor>(nameof(FailureCode)).Values
        .ToDictionary(value => (FailureCode)value.Number, value => value.GetOptions()?.GetExtension(FailuresExtensions.Traits) ?? new FailureTraits());

    /// <summary>What the catalogue says of a code.</summary>
    public static FailureTraits TraitsOf(FailureCode code) => s_traits[code];

    /// <summary>A failure with the blame and advice of the catalogue.</summary>
    public static Failure Of(FailureCode code, string message, IEnumerable<FailureDetail>? details = null)
    {
        var traits = TraitsOf(code);
        var failure = new Failure { Code = code, Message = message, Blame = traits.Blame, Advice = traits.Advice };
        failure.Details.AddRange(details ?? []);
        return failure;
    }
}
