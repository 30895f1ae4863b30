using Microsoft.Extensions.Options;
using Platform.DeviceBroker.Scheduling;

namespace Platform.DeviceBroker;

/// <summary>Settings of the device broker (configuration section <c>Broker</c>).</summary>
internal sealed class BrokerOptions
{
    /// <summary>How often hosts report.</summary>
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>A host without an answer for so long kills its runs.</summary>
    public TimeSpan SelfFence { get; set; } = TimeSpan.FromSeconds(25);

    /// <summary>A host that is silent for so long has lost its devices and runs: longer than it takes to fence itself.</summary>
    public TimeSpan HostLease { get; set; } = TimeSpan.FromSeconds(35);

    /// <summary>A device that was reserved for a run that did not follow is free again after so long.</summary>
    public TimeSpan Reservation { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often everything that is due is looked at.</summary>
    public TimeSpan ScanInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Failures of a device in a row after which it is set aside until a health check passes.</summary>
    public int SuspectAfter { get; set; } = 3;

    /// <summary>A device rests so long after a failure of its own; doubled with each further one in a row.</summary>
    public TimeSpan FirstRest { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest rest.</summary>
    public TimeSpan LongestRest { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>What runs are given out by.</summary>
    public SchedulingPolicy Scheduling { get; set; } = new();
}

/// <summary>Refuses settings under which nothing sensible would be decided.</summary>
internal sealed class BrokerOptionsValidator : IValidateOptions<BrokerOptions>
{
    public ValidateOptionsResult Validate(string? name, BrokerOptions options) => options switch
    {
        { SuspectAfter: < 1 } => ValidateOptionsResult.Fail("Broker:SuspectAfter is at least 1"),
        { FirstRest: var rest } when rest < TimeSpan.Zero || rest > options.LongestRest => ValidateOptionsResult.Fail("Broker:FirstRest is not negative and at most Broker:LongestRest"),
        _ => options.Scheduling.Fault() is { } fault ? ValidateOptionsResult.Fail($"Broker:Scheduling:{fault}") : ValidateOptionsResult.Success,
    };
}
