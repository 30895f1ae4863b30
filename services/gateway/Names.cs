using Platform.Contracts.Hub.V1;
using Platform.ServiceDefaults;

namespace Platform.Gateway;

/// <summary>Checks names that callers give to things.</summary>
internal static class Names
{
    public static void Check(string name, LimitSettings limits)
    {
        if (name.Length > limits.Of(HubLimits.NameLength) || name.Any(char.IsControl))
        {
            throw new FailureException(FailureCode.ArgumentInvalid, $"a name has at most {limits.Of(HubLimits.NameLength)} characters and no control characters");
        }
    }
}
