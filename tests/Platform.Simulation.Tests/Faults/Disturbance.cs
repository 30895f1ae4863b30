using Platform.Simulation.Tests.Engine;
using Platform.Simulation.Tests.Stores;

namespace Platform.Simulation.Tests.Faults;

/// <summary>Plans what happens to processes while the weather is bad: crashes and pauses at any moment and at any write, cut connections.</summary>
internal sealed class Disturbance(Scheduler scheduler, Chance chance, Weather weather, Network.Network network, World world)
{
    private static readonly string[] s_connected = ["gateway1", "gateway2", "broker1", "broker2", "node1", "node2", "host1", "host2", "artifact"];

    private readonly Dictionary<string, (int Writes, Action<string> What)> _traps = new(StringComparer.Ordinal);

    public void Plan(TimeSpan until)
    {
        Plan(weather.Crashes, until, () => Strike(Crash));
        Plan(weather.Pauses, until, () => Strike(Pause));
        Plan(weather.Partitions, until, Cut);
    }

    /// <summary>A write took place: whoever asked for it may not live to hear of it.</summary>
    public void After(Commit commit)
    {
        string name = commit.Writer.Name;
        if (_traps.TryGetValue(name, out var trap))
        {
            _traps[name] = trap with { Writes = trap.Writes - 1 };
            if (trap.Writes <= 1)
            {
                _traps.Remove(name);
                trap.What(name);
            }
        }
    }

    public void Clear() => _traps.Clear();

    private void Plan(int times, TimeSpan until, Action what)
    {
        for (int i = 0; i < times; i++)
        {
            scheduler.After(chance.Seconds(1, until.TotalSeconds), world.Find("outside"), what);
        }
    }

    // Much happens between two ticks of the clock: half of the strikes wait for a write.
    private void Strike(Action<string> what)
    {
        string name = chance.One(world.Roles());
        if (chance.Of(0.5))
        {
            what(name);
        }
        else
        {
            _traps[name] = (chance.Between(1, 20), what);
        }
    }

    private void Crash(string name)
    {
        var process = world.Find(name);
        if (!process.IsAlive)
        {
            return;
        }

        world.Trace.Add(process, "dies");
        process.Die();
        scheduler.After(chance.Seconds(0.5, chance.Of(0.3) ? 90 : 10), world.Find("outside"), () =>
        {
            if (!world.Find(name).IsAlive)
            {
                world.Start(name);
            }
        });
    }

    private void Pause(string name)
    {
        var process = world.Find(name);
        process.PausedUntil = Math.Max(process.PausedUntil, scheduler.Now + chance.Seconds(1, chance.Of(0.4) ? 90 : 15).Ticks);
        world.Trace.Add(process, $"stands still until {TimeSpan.FromTicks(process.PausedUntil):mm\\:ss}");
    }

    private void Cut()
    {
        string one = chance.One(s_connected);
        bool bothWays = chance.Of(0.7);
        var others = chance.Of(0.5) ? s_connected.Where(name => name != one) : [chance.One(s_connected)];
        var lasts = chance.Seconds(1, chance.Of(0.5) ? 20 : 90);
        foreach (string other in others)
        {
            network.Cut(one, other);
            if (bothWays)
            {
                network.Cut(other, one);
            }

            scheduler.After(lasts, world.Find("outside"), () =>
            {
                network.Heal(one, other);
                network.Heal(other, one);
            });
        }

        world.Trace.Add(world.Find("outside"), $"{one} is cut off from {string.Join(", ", others)}");
    }
}
