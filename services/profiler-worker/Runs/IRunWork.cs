using Platform.Contracts.Broker.V1;
using Platform.Contracts.Hub.V1;

namespace Platform.ProfilerWorker.Runs;

/// <summary>What a run of one type of job does on a device.</summary>
internal interface IRunWork
{
    /// <summary>The type.</summary>
    JobType JobType { get; }

    /// <summary>Does it.</summary>
    Task<RunResult> RunAsync(RunScope scope);
}
