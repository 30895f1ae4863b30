using Platform.Contracts.Runner.V1;
using Platform.ProfilerWorker.Devices;

namespace Platform.ProfilerWorker.Profiling;

/// <summary>What the stages of a profile have said.</summary>
internal sealed class StageResults
{
    public required List<TensorFile> Inputs { get; init; }

    public required DateTimeOffset Began { get; init; }

    /// <summary>Whether nothing else of the hub loaded this machine.</summary>
    public required bool Alone { get; init; }

    /// <summary>Whether the first load had to read the model from the disk.</summary>
    public required bool ColdIsCold { get; init; }

    public required Load Before { get; init; }

    public Load After { get; set; }

    public Loaded Cold { get; set; } = new();

    public List<Loaded> Warm { get; } = [];

    public TimedDone Timed { get; set; } = new();

    public PerOperatorDone PerOperator { get; set; } = new();
}

/// <summary>How busy the machine was at a moment.</summary>
/// <param name="Average">Load average of a minute; null where Linux does not say.</param>
/// <param name="Pressure">Percent of the last ten seconds in which something waited for a processor; null where Linux does not say.</param>
internal readonly record struct Load(double? Average, double? Pressure)
{
    public static Load Now() => new(HostFacts.LoadAverage(), HostFacts.CpuPressure());
}
