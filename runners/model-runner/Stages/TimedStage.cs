using System.Diagnostics;
using Platform.Contracts.Runner.V1;
using Runner.Model.Measuring;
using Runner.Model.Runtimes;

namespace Runner.Model.Stages;

/// <summary>Runs a model again and again on the same inputs; only the runtime's call lies between the two clock readings.</summary>
internal static class TimedStage
{
    public static TimedDone Run(Request request)
    {
        var timed = request.Timed;
        using var session = RuntimeAdapter.Open(request, []);
        var inputs = InputFiles.Match(session.Inputs, timed.Inputs).Select(file => file.Sample(0)).ToList();
        using var run = session.Prepare(inputs);
        var done = new TimedDone { RuntimeVersion = session.RuntimeVersion, WarmUpFirstMicroseconds = WarmUp(run, timed.WarmUpIterations) };
        var memory = new ProcessMemory();
        memory.Begin();
        var (starts, ends) = Time(run, timed);
        done.Memory = memory.End();
        double tick = 1e6 / Stopwatch.Frequency;
        for (int i = 0; i < starts.Count; i++)
        {
            done.StartMicroseconds.Add((starts[i] - starts[0]) * tick);
            done.Microseconds.Add((ends[i] - starts[i]) * tick);
        }

        done.StoppedByTime = starts.Count < timed.MaxIterations;
        return done;
    }

    private static double WarmUp(PreparedRun run, int iterations)
    {
        double first = 0;
        for (int i = 0; i < iterations; i++)
        {
            long began = Stopwatch.GetTimestamp();
            run.Invoke();
            first = i == 0 ? Stopwatch.GetElapsedTime(began).TotalMicroseconds : first;
        }

        return first;
    }

    private static (List<long> Starts, List<long> Ends) Time(PreparedRun run, Timed timed)
    {
        // Room for every sample beforehand: a growing list would make garbage between the readings.
        var starts = new List<long>(timed.MaxIterations);
        var ends = new List<long>(timed.MaxIterations);
        long longest = (long)(timed.MaxSeconds * Stopwatch.Frequency);
        GC.Collect();
        long origin = Stopwatch.GetTimestamp();
        for (int i = 0; i < timed.MaxIterations; i++)
        {
            long start = Stopwatch.GetTimestamp();
            if (i > 0 && start - origin > longest)
            {
                break;
            }

            run.Invoke();
            ends.Add(Stopwatch.GetTimestamp());
            starts.Add(start);
        }

        return (starts, ends);
    }
}
