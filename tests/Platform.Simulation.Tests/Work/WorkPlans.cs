using Platform.Contracts.Hub.V1;
using Platform.Simulation.Tests.Engine;

namespace Platform.Simulation.Tests.Work;

/// <summary>How one attempt goes: how long it takes, and how it fails, if it does.</summary>
internal sealed record WorkPlan(TimeSpan Takes, FailureCode? Failure);

/// <summary>Decides how attempts go.</summary>
internal sealed class WorkPlans(Chance chance)
{
    private static readonly FailureCode[] s_failures = [FailureCode.ToolCrashed, FailureCode.OutOfMemory, FailureCode.ServiceUnavailable, FailureCode.RunnerCrashed];

    private readonly HashSet<string> _deadly = new(StringComparer.Ordinal);

    /// <summary>Whether everything succeeds from here on.</summary>
    public bool IsCalm { get; set; }

    /// <summary>The next attempt of a job whose programs may die of it again and again.</summary>
    public WorkPlan Next(string job) => !IsCalm && _deadly.Contains(job) && chance.Of(0.7) ? new WorkPlan(TimeSpan.FromSeconds(2), FailureCode.ToolCrashed) : Next();

    /// <summary>Whether the program that crashed for a job has died of a signal.</summary>
    public bool Dies(string job)
    {
        bool dies = _deadly.Contains(job) || chance.Of(0.3);
        if (dies)
        {
            _deadly.Add(job);
        }

        return dies;
    }

    public WorkPlan Next() => new(chance.Around(TimeSpan.FromSeconds(chance.Of(0.3) ? 40 : 4)), IsCalm || !chance.Of(0.15) ? null : chance.One(s_failures));
}
