namespace Platform.DeviceBroker.Scheduling;

/// <summary>What the store has not heard of an organization's use.</summary>
/// <param name="Organization">The organization.</param>
/// <param name="At">The time that the seconds are faded to.</param>
/// <param name="Seconds">Device time since the store was told, or since the lift.</param>
/// <param name="Lifted">What the whole was lifted to before that; 0 when it was not.</param>
/// <param name="Lift">The number of that lift.</param>
/// <param name="RunSeconds">Seconds that its runs hold a device.</param>
internal sealed record UsageNews(string Organization, DateTimeOffset At, double Seconds, double Lifted, int Lift, double? RunSeconds)
{
    /// <summary>The store's document with these news in it.</summary>
    public StoredUsage Onto(StoredUsage? known, TimeSpan halfLife)
    {
        double faded = known is null ? 0 : known.Seconds * Math.Pow(2, (known.At - At) / halfLife);
        return (known ?? new StoredUsage { Id = Organization, Owner = Organization, Seconds = 0, At = At }) with { Seconds = Math.Max(0, Math.Max(faded, Lifted) + Seconds), At = At, RunSeconds = RunSeconds ?? known?.RunSeconds };
    }
}
