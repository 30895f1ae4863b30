using System.Text.Json;
using MathNet.Numerics.Statistics;
using Platform.Contracts.Runner.V1;
using Platform.ProfilerWorker.Statistics;

namespace Platform.ProfilerWorker.Profiling;

/// <summary>The model that was measured.</summary>
/// <param name="Sha256">Hash of its file.</param>
/// <param name="Bytes">Size of its file.</param>
/// <param name="Options">The job's options after defaults.</param>
internal sealed record MeasuredModel(string Sha256, long Bytes, IReadOnlyDictionary<string, string> Options);

/// <summary>Makes the profile of what the stages said.</summary>
internal static class ProfileDocuments
{
    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, DictionaryKeyPolicy = null };

    public static string ToJson(ProfileDocument document) => JsonSerializer.Serialize(document, s_json);

    public static ProfileDocument Build(StageResults results, MeasuredModel model, RuntimeVersion runtime) => new(
        Summaries.Of(results),
        [.. results.PerOperator.Operators.Select(row => new ExecutionDetail(row.Name, row.Type, row.ComputeUnit) { ExecutionTime = (long)Math.Round(row.Microseconds) })],
        Measure(results, EnvironmentOf(results, model, runtime)));

    private static Measurement Measure(StageResults results, EnvironmentMeasurement environment)
    {
        var samples = results.Timed.Microseconds;
        var whole = results.PerOperator.Microseconds;
        double accounted = results.PerOperator.Operators.Sum(row => row.MeanMicroseconds);
        return new Measurement
        {
            SampleMicroseconds = samples,
            SampleStartMicroseconds = results.Timed.StartMicroseconds,
            Statistics = SampleStatistics.Of(samples),
            WarmUpIterations = ProfileStages.WarmUpIterations,
            WarmUpFirstMicroseconds = results.Timed.WarmUpFirstMicroseconds,
            WarmUpChangePoint = WarmUp.ChangePoint(samples),
            Drift = Drift.Of(samples),
            StoppedByTime = results.Timed.StoppedByTime,
            Loads = [ToLoad("cold", results.Cold), .. results.Warm.Select(load => ToLoad("warm", load))],
            InferenceMemory = ToMemory(results.Timed.Memory),
            Operators = [.. results.PerOperator.Operators.Select(ToOperator)],
            ProfilingOverheadRatio = whole.Count == 0 ? null : whole.Median() / samples.Median(),
            UnexplainedShare = whole.Count == 0 || accounted == 0 ? null : 1 - accounted / whole.Mean(),
            Validity = new ValidityMeasurement(
                !results.Alone, results.ColdIsCold, Emulated: false, [results.Before.Average, results.After.Average], [results.Before.Pressure, results.After.Pressure]),
            Environment = environment,
        };
    }

    private static EnvironmentMeasurement EnvironmentOf(StageResults results, MeasuredModel model, RuntimeVersion runtime) => new()
    {
        MeasuredAt = results.Began,
        Runtime = runtime.Runtime.ToString().ToLowerInvariant(),
        RuntimeVersion = results.Timed.RuntimeVersion,
        WorkerVersion = EnvironmentFacts.WorkerVersion,
        ModelSha256 = model.Sha256,
        ModelBytes = model.Bytes,
        Options = model.Options,
        Inputs = $"floats uniform in [0, 1) from seed {RandomInputs.Seed}, integers and booleans 0",
        Host = EnvironmentFacts.Host(),
    };

    private static LoadMeasurement ToLoad(string kind, Loaded load) =>
        new(kind, [.. load.Phases.Select(phase => new PhaseMeasurement(phase.Name, phase.Microseconds, ToMemory(phase.Memory)))]);

    private static MemoryMeasurement ToMemory(Memory memory) => new((long)memory.Resident, (long)memory.Peak, memory.PeakIsPhase);

    private static OperatorMeasurement ToOperator(Operator row) =>
        new(row.Name, row.Type, row.ComputeUnit, row.Delegate, row.Microseconds, row.MeanMicroseconds, row.Calls);
}
