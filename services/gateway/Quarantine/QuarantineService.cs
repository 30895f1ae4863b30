using Google.Protobuf.WellKnownTypes;
using Platform.Contracts.Hub.V1;
using Platform.Gateway.Identity;
using Platform.Gateway.Jobs;
using Platform.Gateway.Models;
using Platform.Gateway.Submission;
using Platform.ServiceDefaults;

namespace Platform.Gateway.Quarantine;

/// <summary>
/// Keeps files that killed the programs of steps from those steps. It follows from a job that ended as poison, like the withdrawal of
/// its outputs: until it stands, the job is owed its cleaning up.
/// </summary>
internal sealed class QuarantineService(GatewayStore store, AssetFinder assets, LinkPlanner links, TimeProvider clock)
{
    // The oldest go first: nobody's file has died in so many ways, but a document must not grow for ever.
    private const int MostPaths = 50;

    /// <summary>Writes down what a poisoned job was about; once for each job, also where it has been lifted meanwhile.</summary>
    public async Task AddAsync(Job job, CancellationToken cancellation)
    {
        // Who shared the run of the poisoned job has no steps of its own.
        if (job is not { Failure: { Code: "POISONED" } failure, Kind: JobKind.Compile or JobKind.Link, Steps.Count: > 0 } || await FilesAsync(job, cancellation) is not [var first, .. var others])
        {
            return;
        }

        int died = job.Deaths.Count == 0 ? -1 : job.Steps.ToList().FindLastIndex(step => step.Name == job.Deaths[^1].Step);
        var path = new QuarantinedPath([.. job.Steps.Take(died < 0 ? job.Steps.Count : died + 1)], others, job.Id, failure.Message, job.EndedAt ?? clock.GetUtcNow());
        var documents = store.Quarantines.For(job.Owner);
        string id = StoredQuarantine.IdOf(job.Owner, first);
        await documents.InsertAsync(new StoredQuarantine { Id = id, Owner = job.Owner }, cancellation);
        await documents.UpdateAsync(id, file => file.Paths.Any(known => known.JobId == job.Id) ? null : file with { Paths = [.. file.Paths.TakeLast(MostPaths - 1), path] }, cancellation);
    }

    /// <summary>Refuses a path on files that are kept from it.</summary>
    public async Task CheckAsync(string owner, IReadOnlyList<StoredModel> files, IReadOnlyList<PlannedStep> path, SubmissionDraft draft, CancellationToken cancellation)
    {
        var first = files[0];
        var others = files.Skip(1).Select(file => file.Sha256!).ToList();
        if (await OfAsync(owner, first, cancellation) is { } known && known.InForce.FirstOrDefault(kept => kept.Begins(path, others)) is { } found)
        {
            draft.Refuse(
                FailureCode.InputQuarantined,
                $"model {first.Id} is quarantined for {string.Join(", ", found.Steps.Select(step => $"{step.Name} {step.Version}"))} since {found.Since:u}: in job {found.JobId}, {found.Message}. `hub models release {first.Id}` lets it be tried again",
                first.Id);
        }
    }

    /// <summary>A model with what it is kept from.</summary>
    public async Task<Model> DescribeAsync(StoredModel model, CancellationToken cancellation)
    {
        var message = JobViews.ToMessage(model);
        if (await OfAsync(model.Owner, model, cancellation) is { } known)
        {
            message.Quarantines.AddRange(known.InForce.Select(ToMessage));
        }

        return message;
    }

    /// <summary>Lifts everything that a model's file is kept from.</summary>
    public async Task<Model> ReleaseAsync(CallerIdentity caller, string modelId, CancellationToken cancellation)
    {
        var model = await assets.RequireModelAsync(caller.Owner, modelId, cancellation);
        if (model.Sha256 is { } hash)
        {
            var now = clock.GetUtcNow();
            await store.Quarantines.For(caller.Owner).UpdateAsync(
                StoredQuarantine.IdOf(caller.Owner, hash),
                file => file.InForce.Any() ? file with { Paths = [.. file.Paths.Select(path => path.LiftedAt is null ? path with { LiftedAt = now, LiftedBy = caller.TokenName } : path)] } : null,
                cancellation);
        }

        return await DescribeAsync(model, cancellation);
    }

    private async Task<StoredQuarantine?> OfAsync(string owner, StoredModel file, CancellationToken cancellation) =>
        file.Sha256 is { } hash ? (await store.Quarantines.For(owner).GetAsync(StoredQuarantine.IdOf(owner, hash), cancellation))?.Value : null;

    // A model that was erased meanwhile takes no harm any more, and does none.
    private async Task<string[]> FilesAsync(Job job, CancellationToken cancellation)
    {
        var spec = JobSpecs.Of(job);
        if (job.Kind == JobKind.Compile)
        {
            return await assets.ModelAsync(job.Owner, spec.Compile.ModelId, cancellation) is { Sha256: { } hash } ? [hash] : [];
        }

        try
        {
            return [.. (await links.SourcesAsync(job.Owner, spec.Link, [], cancellation)).Select(source => source.Model.Sha256).OfType<string>()];
        }
        catch (FailureException gone) when (gone.Failure.Code == FailureCode.NotFound)
        {
            return [];
        }
    }

    private static Contracts.Hub.V1.Quarantine ToMessage(QuarantinedPath path) => new()
    {
        Steps = { path.Steps.Select(step => new StepUse { Name = step.Name, Version = step.Version }) },
        JobId = path.JobId,
        Message = path.Message,
        Since = path.Since.ToTimestamp(),
    };
}
