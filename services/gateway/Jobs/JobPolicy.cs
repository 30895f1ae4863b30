namespace Platform.Gateway.Jobs;

/// <summary>Numbers that the state machine goes by.</summary>
/// <param name="LargestAttempts">Attempts in all.</param>
/// <param name="LargestInfrastructureRetries">Retries after infrastructure failures.</param>
/// <param name="LargestRestarts">Restarts of workers under one job before it counts as poison.</param>
/// <param name="LeaseGrace">What a lease is given beyond its end, so that the worker has fenced itself before another is granted.</param>
/// <param name="Sweep">When to look again at a job for which nothing is due: a lost message costs no more than this.</param>
/// <param name="LongestSweep">The same for a job that has waited for long: of a long queue not every job is looked at every moment.</param>
/// <param name="FirstBackOff">Wait before the first retry; doubles with each, at most five minutes.</param>
internal sealed record JobPolicy(int LargestAttempts, int LargestInfrastructureRetries, int LargestRestarts, TimeSpan LeaseGrace, TimeSpan Sweep, TimeSpan LongestSweep, TimeSpan FirstBackOff)
{
    private static readonly TimeSpan s_longestBackOff = TimeSpan.FromMinutes(5);

    /// <summary>When to look again at a run that has waited for so long and whose end its broker tells by itself, again and again.</summary>
    public TimeSpan SweepAfter(TimeSpan waited) => TimeSpan.FromTicks(Math.Clamp(2 * waited.Ticks, Sweep.Ticks, Math.Max(Sweep.Ticks, LongestSweep.Ticks)));

    public TimeSpan BackOff(int retries)
    {
        double seconds = FirstBackOff.TotalSeconds * Math.Pow(2, Math.Min(retries, 16));
        return TimeSpan.FromSeconds(Math.Min(seconds, s_longestBackOff.TotalSeconds));
    }
}
