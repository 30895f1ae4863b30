using Platform.Simulation.Tests.Engine;
using Platform.Simulation.Tests.Stores;

namespace Platform.Simulation.Tests.Faults;

/// <summary>
/// Plans what happens to processes while the weather is bad: crashes and pauses at any moment and at any write, cut connections, and
/// silence around whoever has begun to work.
/// </summary>
internal sealed class Disturbance(Scheduler scheduler, Chance chance, Weather weather, Network.Network network, World world)
{
    private static readonly string[] s_connected = ["gateway1", "gateway2", "broker1", "broker2", "node1", "node2", "host1", "host2", "artifact"];

    private readonly Dictionary<string, (int Writes, Action<string> What)> _traps = new(StringComparer.Ordinal);
    private int _silences;
    private bool _isOver;

    public void Plan(TimeSpan until)
    {
        Plan(weather.Crashes, until, () => Strike(Crash));
        Plan(weather.Pauses, until, () => Strike(Pause));
        Plan(weather.Partitions, until, Cut);
        Plan(weather.Silences, until, () => _silences++);
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

    /// <summary>Somebody begins to work: from now on perhaps nobody hears it, or it hears nobody.</summary>
    public void Begun(Process worker)
    {
        if (_silences > 0)
        {
            _silences--;
            scheduler.After(chance.Seconds(0, 3), world.Find("outside"), () => Silence(worker.Name));
        }
    }

    public void Clear()
    {
        _traps.Clear();
        _silences = 0;
        _isOver = true;
    }

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

    private void Silence(string name)
    {
        string[] others = name.StartsWith("node", StringComparison.Ordinal) ? ["gateway1", "gateway2"] : ["broker1", "broker2"];
        bool speaks = chance.Of(0.3);
        bool hears = !speaks && chance.Of(0.4);
        CutOff(name, others, speaks, hears, chance.Seconds(15, 90));
    }

    private void Cut()
    {
        string one = chance.One(s_connected);
        bool oneWay = chance.Of(0.3);
        var others = chance.Of(0.5) ? s_connected.Where(name => name != one) : [chance.One(s_connected)];
        CutOff(one, [.. others], speaks: false, hears: oneWay, chance.Seconds(1, chance.Of(0.5) ? 20 : 90));
    }

    private void CutOff(string one, IReadOnlyList<string> others, bool speaks, bool hears, TimeSpan lasts)
    {
        if (_isOver)
        {
            return;
        }

        foreach (string other in others)
        {
            if (!speaks)
            {
                network.Cut(one, other);
            }

            if (!hears)
            {
                network.Cut(other, one);
            }

            scheduler.After(lasts, world.Find("outside"), () =>
            {
                network.Heal(one, other);
                network.Heal(other, one);
            });
        }

        world.Trace.Add(world.Find("outside"), $"{one} is cut off from {string.Join(", ", others)}{(speaks ? ", which hear it" : hears ? ", which it hears" : "")}");
    }
}
