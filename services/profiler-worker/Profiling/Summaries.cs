using Platform.Contracts.Runner.V1;

namespace Platform.ProfilerWorker.Profiling;

/// <summary>AI Hub's summary of the stages (its keys, its units).</summary>
internal static class Summaries
{
    private const string Start = "start";
    private const string FirstRun = "first_run";

    public static ExecutionSummary Of(StageResults results)
    {
        var timed = results.Timed;
        return new ExecutionSummary
        {
            EstimatedInferenceTime = Whole(timed.Microseconds.Min()),
            EstimatedInferencePeakMemory = (long)timed.Memory.Peak,
            FirstLoadTime = TimeOf(results.Cold),
            FirstLoadPeakMemory = PeakOf(results.Cold),
            WarmLoadTime = results.Warm.Min(TimeOf),
            WarmLoadPeakMemory = results.Warm.Max(PeakOf),
            FirstLoadMemoryIncreaseRange = Range([IncreaseOf(results.Cold)]),
            FirstLoadMemoryPeakRange = Range([PeakOf(results.Cold)]),
            WarmLoadMemoryIncreaseRange = Range(results.Warm.Select(IncreaseOf)),
            WarmLoadMemoryPeakRange = Range(results.Warm.Select(PeakOf)),
            InferenceMemoryIncreaseRange = Range(results.Warm.Prepend(results.Cold).Select(FirstRunIncreaseOf)),
            InferenceMemoryPeakRange = Range([(long)timed.Memory.Peak]),
            AllFirstLoadTimes = [TimeOf(results.Cold)],
            AllWarmLoadTimes = [.. results.Warm.Select(TimeOf)],
            AllInferenceTimes = [.. timed.Microseconds.Select(Whole)],
        };
    }

    // A load is what lies between the start of the runner and the first run.
    private static IEnumerable<Phase> LoadPhases(Loaded load) => load.Phases.Where(phase => phase.Name is not (Start or FirstRun));

    private static long TimeOf(Loaded load) => Whole(LoadPhases(load).Sum(phase => phase.Microseconds));

    private static long PeakOf(Loaded load) => (long)LoadPhases(load).Max(phase => phase.Memory.Peak);

    private static long IncreaseOf(Loaded load) =>
        Math.Max(0, (long)(LoadPhases(load).Last().Memory.Resident - load.Phases.First(phase => phase.Name == Start).Memory.Resident));

    private static long FirstRunIncreaseOf(Loaded load) =>
        Math.Max(0, (long)(load.Phases.First(phase => phase.Name == FirstRun).Memory.Resident - LoadPhases(load).Last().Memory.Resident));

    private static List<long>? Range(IEnumerable<long> values)
    {
        var all = values.ToList();
        return all.Count == 0 ? null : [all.Min(), all.Max()];
    }

    private static long Whole(double microseconds) => (long)Math.Round(microseconds);
}
