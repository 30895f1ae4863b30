using Microsoft.Extensions.Configuration;

namespace Platform.ServiceDefaults;

/// <summary>The limits of this installation: the table's defaults, or what the configuration section <c>Limits</c> says.</summary>
/// <param name="configuration">Configuration.</param>
public sealed class LimitSettings(IConfiguration configuration)
{
    /// <summary>The value of a limit, in its unit.</summary>
    public long Of(Limit limit) => configuration.GetValue<long?>($"Limits:{limit.Name}") ?? limit.Value;
}
