using System.Text.Json.Serialization;
using Platform.ProfilerWorker.Statistics;

namespace Platform.ProfilerWorker.Profiling;

/// <summary>A profile: AI Hub's two keys as its client downloads them, and our own block beside them.</summary>
internal sealed record ProfileDocument(ExecutionSummary ExecutionSummary, IReadOnlyList<ExecutionDetail> ExecutionDetail, Measurement Measurement);

/// <summary>AI Hub's summary: times in whole microseconds, memory in bytes, ranges [low, high] or null.</summary>
internal sealed record ExecutionSummary
{
    /// <summary>The smallest of all inference times, as AI Hub's is.</summary>
    public required long EstimatedInferenceTime { get; init; }

    public required long EstimatedInferencePeakMemory { get; init; }

    public required long FirstLoadTime { get; init; }

    public required long FirstLoadPeakMemory { get; init; }

    public required long WarmLoadTime { get; init; }

    public required long WarmLoadPeakMemory { get; init; }

    /// <summary>Zero: on this device nothing is compiled apart from loading.</summary>
    public long CompileTime { get; init; }

    public long CompilePeakMemory { get; init; }

    public IReadOnlyList<long>? CompileMemoryIncreaseRange { get; init; }

    public IReadOnlyList<long>? CompileMemoryPeakRange { get; init; }

    public required IReadOnlyList<long>? FirstLoadMemoryIncreaseRange { get; init; }

    public required IReadOnlyList<long>? FirstLoadMemoryPeakRange { get; init; }

    public required IReadOnlyList<long>? WarmLoadMemoryIncreaseRange { get; init; }

    public required IReadOnlyList<long>? WarmLoadMemoryPeakRange { get; init; }

    public required IReadOnlyList<long>? InferenceMemoryIncreaseRange { get; init; }

    public required IReadOnlyList<long>? InferenceMemoryPeakRange { get; init; }

    public IReadOnlyList<long> AllCompileTimes { get; init; } = [];

    public required IReadOnlyList<long> AllFirstLoadTimes { get; init; }

    public required IReadOnlyList<long> AllWarmLoadTimes { get; init; }

    public required IReadOnlyList<long> AllInferenceTimes { get; init; }
}

/// <summary>One operator as AI Hub lists it.</summary>
internal sealed record ExecutionDetail(string Name, string Type, string ComputeUnit)
{
    /// <summary>Microseconds; left out when the runtime does not say.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? ExecutionTime { get; init; }
}

/// <summary>Our block: every sample, what they say together, and under which circumstances they were taken.</summary>
internal sealed record Measurement
{
    public required IReadOnlyList<double> SampleMicroseconds { get; init; }

    /// <summary>Begin of each sample in microseconds since the first.</summary>
    public required IReadOnlyList<double> SampleStartMicroseconds { get; init; }

    public required SampleStatistics Statistics { get; init; }

    public required int WarmUpIterations { get; init; }

    public required double WarmUpFirstMicroseconds { get; init; }

    /// <summary>Timed iterations that still belong to the warm-up; null when the series never settles.</summary>
    public required int? WarmUpChangePoint { get; init; }

    public required Drift Drift { get; init; }

    public required bool StoppedByTime { get; init; }

    public required IReadOnlyList<LoadMeasurement> Loads { get; init; }

    public required MemoryMeasurement InferenceMemory { get; init; }

    public required IReadOnlyList<OperatorMeasurement> Operators { get; init; }

    /// <summary>Median of whole iterations with profiling on, over the median without; null without operator times.</summary>
    public required double? ProfilingOverheadRatio { get; init; }

    /// <summary>Part of an iteration under profiling that no operator accounts for.</summary>
    public required double? UnexplainedShare { get; init; }

    public required ValidityMeasurement Validity { get; init; }

    public required EnvironmentMeasurement Environment { get; init; }
}

/// <summary>One load in a fresh process.</summary>
internal sealed record LoadMeasurement(string Kind, IReadOnlyList<PhaseMeasurement> Phases);

/// <summary>One phase of a load: read, prepare, first_run; start is the runner's own start, which no load time counts.</summary>
internal sealed record PhaseMeasurement(string Name, double Microseconds, MemoryMeasurement Memory);

/// <summary>Memory of the runner's process in bytes.</summary>
/// <param name="ResidentBytes">At the end.</param>
/// <param name="PeakBytes">Largest during it; since the start of the process where the kernel does not let it be reset.</param>
/// <param name="PeakIsOfPhase">Whether the peak is of this phase alone.</param>
internal sealed record MemoryMeasurement(long ResidentBytes, long PeakBytes, bool PeakIsOfPhase);

/// <summary>One operator of the pass with profiling.</summary>
internal sealed record OperatorMeasurement(string Name, string Type, string ComputeUnit, string Delegate, double Microseconds, double MeanMicroseconds, int Calls);

/// <summary>Whether the figures can be trusted.</summary>
/// <param name="Contended">The machine did other work of the hub at the same time.</param>
/// <param name="FirstLoadWasCold">The model's bytes were not in memory before the first load.</param>
/// <param name="Emulated">The device is an emulation; its times say nothing of the real one.</param>
/// <param name="LoadAverage">Of one minute, before and after.</param>
/// <param name="CpuPressure">Percent of ten seconds in which something waited for a processor, before and after.</param>
internal sealed record ValidityMeasurement(bool Contended, bool FirstLoadWasCold, bool Emulated, IReadOnlyList<double?> LoadAverage, IReadOnlyList<double?> CpuPressure);

/// <summary>Where and with what it was measured.</summary>
internal sealed record EnvironmentMeasurement
{
    public required DateTimeOffset MeasuredAt { get; init; }

    public required string Runtime { get; init; }

    public required string RuntimeVersion { get; init; }

    public required string WorkerVersion { get; init; }

    public required string ModelSha256 { get; init; }

    public required long ModelBytes { get; init; }

    public required IReadOnlyDictionary<string, string> Options { get; init; }

    public required string Inputs { get; init; }

    public required IReadOnlyDictionary<string, HostFact> Host { get; init; }
}

/// <summary>Something Linux says of the machine, or why it does not.</summary>
internal sealed record HostFact(string? Value, string? Reason);
