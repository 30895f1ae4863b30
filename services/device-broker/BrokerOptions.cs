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

    /// <summary>Failures of a device in a row after which it is set aside.</summary>
    public int SuspectAfter { get; set; } = 3;
}
