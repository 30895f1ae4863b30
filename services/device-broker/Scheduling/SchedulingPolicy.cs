namespace Platform.DeviceBroker.Scheduling;

/// <summary>The numbers that the scheduler decides by (configuration section <c>Broker:Scheduling</c>).</summary>
internal sealed class SchedulingPolicy
{
    /// <summary>Used device time counts half after so long.</summary>
    public TimeSpan HalfLife { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// An organization that comes back after a while without runs, or is new, may be ahead of the others by so much device
    /// time and no more: else it would keep all devices until it had caught up with them.
    /// </summary>
    public TimeSpan Credit { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>A run that has waited longer goes first in its organization, and takes its turn of <see cref="PromotedEvery"/> among all.</summary>
    public TimeSpan LongestWait { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>Of so many grants to a kind of device, one goes to whoever has waited longest beyond <see cref="LongestWait"/>.</summary>
    public int PromotedEvery { get; set; } = 4;

    /// <summary>A run whose model lies on the device's host may overtake so many of its own organization.</summary>
    public int AffinityDepth { get; set; } = 16;

    /// <summary>How often a run may be overtaken for that reason.</summary>
    public int MostOvertaken { get; set; } = 8;

    /// <summary>Device time that a run is charged with at first, while none of its organization has been measured.</summary>
    public TimeSpan FirstEstimate { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Shares of organizations, by id: one with 2 gets twice the device time of one with 1, which is what all others have.</summary>
    public IDictionary<string, double> Weights { get; set; } = new Dictionary<string, double>(StringComparer.Ordinal);

    /// <summary>Share of an organization.</summary>
    public double WeightOf(string organization) => Weights.TryGetValue(organization, out double weight) ? weight : 1;

    /// <summary>What makes these numbers unusable; null when nothing does.</summary>
    public string? Fault() => this switch
    {
        { HalfLife: var halfLife } when halfLife < TimeSpan.FromMinutes(1) => "HalfLife is at least a minute",
        { Credit: var credit } when credit < TimeSpan.Zero => "Credit is not negative",
        { LongestWait: var wait } when wait <= TimeSpan.Zero => "LongestWait is positive",
        { PromotedEvery: < 1 } => "PromotedEvery is at least 1",
        { AffinityDepth: < 0 or > 1000 } => "AffinityDepth is 0 to 1000",
        { MostOvertaken: < 0 or > byte.MaxValue } => "MostOvertaken is 0 to 255",
        { FirstEstimate: var estimate } when estimate <= TimeSpan.Zero => "FirstEstimate is positive",
        _ => Weights.Where(entry => entry.Value is not (>= 0.01 and <= 1000)).Select(entry => $"Weights:{entry.Key} is {entry.Value}; a share is 0.01 to 1000").FirstOrDefault(),
    };
}
