using Platform.ServiceDefaults;

namespace Platform.Simulation.Tests.Engine;

/// <summary>
/// One life of a simulated process: what it awaits goes on here or, once it has died, never. It has a clock of its own, which may be
/// wrong; how long something takes it measures right.
/// </summary>
internal sealed class Process(string name, Scheduler scheduler, Chance chance, TimeSpan skew) : SynchronizationContext
{
    private volatile bool _dead;

    /// <summary>Its role and number: the same in every life.</summary>
    public string Name => name;

    public bool IsAlive => !_dead;

    /// <summary>Ticks until which it does nothing, as a process that is swapped out.</summary>
    public long PausedUntil { get; set; }

    public Scheduler Scheduler => scheduler;

    public bool StoodStillWithin(TimeSpan time) => PausedUntil > 0 && PausedUntil > scheduler.Now - time.Ticks;

    public TimeProvider Clock => field ??= new Clock(this, skew);

    public IdSource Ids => field ??= new IdSource(new RandomSource(chance.Fill));

    public RandomSource Random => field ??= new RandomSource(chance.Fill);

    /// <summary>Ends it where it stands: nothing that it awaits goes on, nothing is told, nothing is put in order.</summary>
    public void Die() => _dead = true;

    public override void Post(SendOrPostCallback d, object? state) => scheduler.Post(this, d, state);

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("nobody blocks here");

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Starts something that runs as long as the process does.</summary>
    /// <param name="work">It.</param>
    /// <param name="failed">Hears of its end by an exception: a defect.</param>
    public void Start(Func<Task> work, Action<Exception> failed) => scheduler.Post(this, async _ =>
    {
        try
        {
            await work();
        }
        catch (Exception error)
        {
            failed(error);
        }
    }, null);

    /// <summary>Completes after a time.</summary>
    public Task Pass(TimeSpan time) => Task.Delay(time, Clock);
}
