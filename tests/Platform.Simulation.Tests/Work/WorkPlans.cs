using Platform.Contracts.Hub.V1;
using Platform.Simulation.Tests.Engine;

namespace Platform.Simulation.Tests.Work;

/// <summary>How one attempt goes: how long it takes, and how it fails, if it does.</summary>
internal sealed record WorkPlan(TimeSpan Takes, FailureCode? Failure);

/// <summary>Decides how attempts go.</summary>
internal sealed class WorkPlans(Chance chance)
{
    private static readonly FailureCode[] s_failures = [FailureCode.ToolCrashed, FailureCode.OutOfMemory, FailureCode.ServiceUnavailable, FailureCode.RunnerCrashed];

    /// <summary>Whether everything succeeds from here on.</summary>
    public bool IsCalm { get; set; }

    public WorkPlan Next() => new(chance.Around(TimeSpan.FromSeconds(chance.Of(0.3) ? 40 : 4)), IsCalm || !chance.Of(0.15) ? null : chance.One(s_failures));
}
