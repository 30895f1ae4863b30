using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Platform.Contracts.Hub.V1;
using Platform.Gateway.Events;
using Platform.Gateway.Identity;
using Platform.Gateway.Jobs;
using Platform.Gateway.Models;
using Platform.ServiceDefaults;
using Platform.Store;

namespace Platform.Gateway.Submission;

/// <summary>Accepts jobs: one write, after everything that can be refused has been refused.</summary>
internal sealed class JobSubmission(GatewayStore store, JobQuota quota, SubmissionChecks checks, JobMachine machine, DueJobs due, IdSource ids, LimitSettings limits, TimeProvider clock)
{
    /// <param name="caller">Who submits.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="method">Method that was called; stands in the audit log.</param>
    /// <param name="cancellation">Cancellation.</param>
    public async Task<Job> SubmitAsync(CallerIdentity caller, SubmitJobRequest request, string method, CancellationToken cancellation)
    {
        string spec = ProtoJson.Format(request.Spec ?? new JobSpec());
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{request.BypassCache}\n{spec}")));
        if (request.IdempotencyKey.Length > 0 && await EarlierAsync(caller.Owner, request.IdempotencyKey, hash, cancellation) is { } earlier)
        {
            return earlier;
        }

        await quota.RequireRoomAsync(caller.Owner, cancellation);
        Names.Check(request.Name, limits);
        var draft = await checks.CheckAsync(caller.Owner, request.Spec ?? new JobSpec(), cancellation);
        SubmissionChecks.ThrowIfRefused(draft);
        return await InsertAsync(caller, request, new Origin(spec, hash, new JobCall(caller.TokenId, caller.TokenName, method)), draft, cancellation);
    }

    /// <summary>Accepts the hub's own look at an uploaded file.</summary>
    public async Task<Job> InspectAsync(string owner, string creator, string subjectId, CancellationToken cancellation)
    {
        var job = NewJob(owner, creator, "inspection of " + subjectId, JobKind.Inspect, "{}", subjectId) with { SubjectId = subjectId, IdempotencyKey = "inspect." + subjectId };
        await store.Jobs.For(owner).InsertAsync(job, cancellation);
        var page = await store.Jobs.For(owner).QueryAsync("idempotency", new object[] { job.IdempotencyKey }, new PageRequest(1), cancellation);
        due.Wrote(page.Items[0], isDue: true);
        return page.Items[0].Value;
    }

    private async Task<Job?> EarlierAsync(string owner, string key, string hash, CancellationToken cancellation)
    {
        var page = await store.Jobs.For(owner).QueryAsync("idempotency", new object[] { key }, new PageRequest(1), cancellation);
        if (page.Items.Count == 0)
        {
            return null;
        }

        var earlier = page.Items[0].Value;
        return earlier.SpecHash == hash
            ? earlier
            : throw new FailureException(FailureCode.IdempotencyConflict, $"the idempotency key was used for job {earlier.Id} with another request");
    }

    private async Task<Job> InsertAsync(CallerIdentity caller, SubmitJobRequest request, Origin origin, SubmissionDraft draft, CancellationToken cancellation)
    {
        while (true)
        {
            var kind = KindOf(request.Spec);
            var job = NewJob(caller.Owner, caller.TokenName, request.Name, kind, origin.Spec, origin.Hash) with
            {
                Upstream = draft.Upstream.Distinct().ToList(),
                Phase = draft.Upstream.Count > 0 ? Phase.Waiting : Phase.Pending,
                BypassCache = request.BypassCache,
                Socs = [.. draft.Socs.Select(soc => soc.Id)],
                Warnings = draft.Warnings,
                TraceParent = Activity.Current?.Id,
            };
            job = job with
            {
                TargetModelId = kind is JobKind.Compile or JobKind.Quantize or JobKind.Link ? OutputIds.ModelOf(job.Id) : null,
                OutputDatasetId = kind == JobKind.Inference ? OutputIds.DatasetOf(job.Id) : null,
                IdempotencyKey = request.IdempotencyKey.Length > 0 ? request.IdempotencyKey : job.Id,
                Name = request.Name.Length > 0 ? request.Name : job.Id,
                Effects = [new JobEffect(1, 0, EventTypes.Created, job.CreatedAt, job.Phase.ToString(), "", origin.Call)],
            };
            job = Asked(job);
            var outcome = await store.Jobs.For(caller.Owner).InsertAsync(job, cancellation);
            if (outcome.Inserted)
            {
#if CRASH_POINTS
                Crashing.CrashPoint.Reached("job.inserted");
#endif
                due.Wrote(new Versioned<Job>(job, 1), isDue: true);
                return job;
            }

            if (outcome.DuplicateIndex == "idempotency" && await EarlierAsync(caller.Owner, request.IdempotencyKey, origin.Hash, cancellation) is { } earlier)
            {
                return earlier;
            }
        }
    }

    // A job for a device has nothing to be planned: it is queued as it is written.
    private Job Asked(Job job) => job.Phase == Phase.Pending && !job.Kind.IsNodeWork()
        ? machine.Apply(job, new JobEvent.RunRequested(job.QueueDeadline!.Value), job.CreatedAt) ?? job
        : job;

    private Job NewJob(string owner, string creator, string name, JobKind kind, string spec, string hash)
    {
        string id = ids.New('j');
        var now = clock.GetUtcNow();
        return new Job
        {
            Id = id,
            Owner = owner,
            Kind = kind,
            Name = name,
            Creator = creator,
            CreatedAt = now,
            Spec = spec,
            SpecHash = hash,
            IdempotencyKey = id,
            NextAt = now,
            QueueDeadline = now.AddHours(limits.Of(HubLimits.QueueHours)),
        };
    }

    private static JobKind KindOf(JobSpec spec) => spec.SpecCase switch
    {
        JobSpec.SpecOneofCase.Compile => JobKind.Compile,
        JobSpec.SpecOneofCase.Quantize => JobKind.Quantize,
        JobSpec.SpecOneofCase.Link => JobKind.Link,
        JobSpec.SpecOneofCase.Profile => JobKind.Profile,
        _ => JobKind.Inference,
    };

    private sealed record Origin(string Spec, string Hash, JobCall Call);
}
