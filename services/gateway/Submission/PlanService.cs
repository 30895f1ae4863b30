using Platform.Contracts.Hub.V1;
using Platform.Gateway.Identity;
using Platform.Gateway.Jobs;
using Platform.Gateway.Models;
using Platform.ServiceDefaults;

namespace Platform.Gateway.Submission;

/// <summary>Says what a compile job would do, or why it would be refused.</summary>
internal sealed class PlanService(GatewayStore store, AssetFinder assets, SubmissionChecks checks, CompilePlanner planner)
{
    public async Task<CompilePlan> PlanAsync(CallerIdentity caller, PlanCompileRequest request, CancellationToken cancellation)
    {
        var plan = new CompilePlan();
        var spec = request.Spec ?? new CompileSpec();
        var draft = await checks.CheckAsync(caller.Owner, new JobSpec { Compile = spec }, cancellation);
        try
        {
            SubmissionChecks.ThrowIfRefused(draft);
        }
        catch (FailureException refused)
        {
            plan.Failure = refused.Failure;
            return plan;
        }

        var model = await assets.RequireModelAsync(caller.Owner, spec.ModelId, cancellation);
        var path = await planner.FindPathAsync(ModelTypes.Parse(model.ModelType), spec, cancellation) ?? [];
        var steps = (await planner.StepsAsync(cancellation)).ToDictionary(step => (step.Name, step.Version));
        plan.Steps.AddRange(path.Select(step => steps[(step.Name, step.Version)]).Select(step => new Step
        {
            Name = step.Name,
            Version = step.Version,
            From = ModelTypes.TypeOf(step.From),
            To = ModelTypes.TypeOf(step.To),
        }));
        plan.Notes.AddRange(draft.Warnings);
        plan.Notes.AddRange(draft.Upstream.Select(job => $"it would wait for job {job}"));
        if (model.State == AssetState.Ready)
        {
            string key = planner.CacheKey(caller.Owner, model, spec, path, [.. draft.Socs.Select(soc => soc.Id)]);
            plan.Cached = await store.Cache.For(caller.Owner).GetAsync(CachedResult.IdOf(caller.Owner, key), cancellation) is not null;
        }

        return plan;
    }
}
