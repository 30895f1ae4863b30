using Platform.Simulation.Tests.Engine;

namespace Platform.Simulation.Tests.Faults;

/// <summary>Plans what happens to processes while the weather is bad: crashes at whatever they are doing, pauses, cut connections.</summary>
internal sealed class Disturbance(Scheduler scheduler, Chance chance, Weather weather, Network.Network network, World world)
{
    private static readonly string[] s_connected = ["gateway1", "gateway2", "broker1", "broker2", "node1", "node2", "host1", "host2", "artifact"];

    public void Plan(TimeSpan until)
    {
        double seconds = until.TotalSeconds;
        var outside = world.Find("outside");
        for (int i = 0; i < weather.Crashes; i++)
        {
            scheduler.After(chance.Seconds(1, seconds), outside, Crash);
        }

        for (int i = 0; i < weather.Pauses; i++)
        {
            scheduler.After(chance.Seconds(1, seconds), outside, Pause);
        }

        for (int i = 0; i < weather.Partitions; i++)
        {
            scheduler.After(chance.Seconds(1, seconds), outside, Cut);
        }
    }

    private void Crash()
    {
        string name = chance.One(world.Roles());
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

    private void Pause()
    {
        var process = world.Find(chance.One(world.Roles()));
        process.PausedUntil = scheduler.Now + chance.Seconds(1, chance.Of(0.3) ? 90 : 15).Ticks;
        world.Trace.Add(process, $"stands still until {TimeSpan.FromTicks(process.PausedUntil):mm\\:ss}");
    }

    private void Cut()
    {
        string one = chance.One(s_connected);
        bool bothWays = chance.Of(0.7);
        var others = chance.Of(0.4) ? s_connected.Where(name => name != one) : [chance.One(s_connected)];
        foreach (string other in others)
        {
            network.Cut(one, other);
            if (bothWays)
            {
                network.Cut(other, one);
            }

            scheduler.After(chance.Seconds(1, 60), world.Find("outside"), () =>
            {
                network.Heal(one, other);
                network.Heal(other, one);
            });
        }

        world.Trace.Add(world.Find("outside"), $"{one} is cut off from {string.Join(", ", others)}");
    }
}
