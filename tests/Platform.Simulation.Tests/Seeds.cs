using System.Collections.Concurrent;
using Platform.Simulation.Tests.Laws;

namespace Platform.Simulation.Tests;

/// <summary>Runs worlds: each on one thread, several at once.</summary>
internal static class Seeds
{
    private static readonly int s_tracedLines = int.TryParse(Environment.GetEnvironmentVariable("HUB_TRACED"), out int lines) ? lines : 60;

    /// <summary>The seeds in which a law was broken, in order.</summary>
    public static IReadOnlyList<(int Seed, Violation Violation)> Run(int first, int count, int threads, int most = int.MaxValue)
    {
        var broken = new ConcurrentBag<(int, Violation)>();
        int next = first - 1;
        var workers = Enumerable.Range(0, threads).Select(_ => new Thread(() =>
        {
            for (int seed = Interlocked.Increment(ref next); seed < first + count && broken.Count < most; seed = Interlocked.Increment(ref next))
            {
                using var world = new World(seed, traced: false);
                if (world.Run() is { } violation)
                {
                    broken.Add((seed, violation));
                }
            }
        })).ToList();
        workers.ForEach(worker => worker.Start());
        workers.ForEach(worker => worker.Join());
        return [.. broken.OrderBy(one => one.Item1)];
    }

    /// <summary>A broken law with what came before it, from a second run of the same seed.</summary>
    public static string Explain((int Seed, Violation Violation) broken)
    {
        using var world = new World(broken.Seed, traced: true);
        var again = world.Run();
        string replayed = again == broken.Violation ? "" : $"\nreplayed, it ends otherwise: {again}";
        return $"seed {broken.Seed}: {broken.Violation.Law}: {broken.Violation.What}{replayed}\n"
            + string.Join('\n', world.Trace.Lines.TakeLast(s_tracedLines))
            + $"\nreplay with: ./test.sh --simulate 1 --seed {broken.Seed}";
    }
}
