namespace Platform.Simulation.Tests.Engine;

/// <summary>A process's view of the world's clock.</summary>
internal sealed class Clock(Process process, TimeSpan skew) : TimeProvider
{
    /// <summary>When every world begins.</summary>
    public static readonly DateTimeOffset Beginning = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow()
    {
        process.Scheduler.CheckThread(process);
        return Beginning + skew + TimeSpan.FromTicks(process.Scheduler.Now);
    }

    public override long GetTimestamp() => process.Scheduler.Now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(process, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(Process process, TimerCallback callback, object? state) : ITimer
    {
        private long _setting;
        private TimeSpan _period;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            // Also called by finalizers of what a dead process has left.
            long setting = Interlocked.Increment(ref _setting);
            _period = period;
            if (dueTime != Timeout.InfiniteTimeSpan && process.IsAlive)
            {
                Arm(dueTime, setting);
            }

            return true;
        }

        public void Dispose() => Interlocked.Increment(ref _setting);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Arm(TimeSpan due, long setting) => process.Scheduler.Later(due.Ticks, process, _ =>
        {
            if (setting == Interlocked.Read(ref _setting))
            {
                if (_period > TimeSpan.Zero)
                {
                    Arm(_period, setting);
                }

                callback(state);
            }
        }, null);
    }
}
