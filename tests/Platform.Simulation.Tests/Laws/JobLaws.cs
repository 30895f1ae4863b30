using Platform.Gateway.Jobs;
using Platform.Gateway.Quarantine;
using Platform.Simulation.Tests.Stores;

namespace Platform.Simulation.Tests.Laws;

/// <summary>What holds for a job's document after every write of it.</summary>
internal sealed class JobLaws(Ledger ledger, Database database, TimeSpan race)
{
    private static readonly HashSet<string> s_lost = ["WORKER_LOST", "DEVICE_LOST", "SERVICE_UNAVAILABLE", "STORE_UNAVAILABLE"];

    private static readonly TimeSpan s_fence = TimeSpan.FromSeconds(60);

    private readonly HashSet<(string Job, long Ver, int N)> _effects = [];

    /// <summary>Effects that jobs have had, in all.</summary>
    public IReadOnlyCollection<(string Job, long Ver, int N)> Effects => _effects;

    public void Check(Commit commit)
    {
        if (commit.After is not { } stored)
        {
            ledger.Require(false, "no job is deleted unasked", () => commit.Before!.Id);
            return;
        }

        var after = Documents.Read<Job>(stored);
        ledger.Require(after.NextAt is not null || after.Phase.IsTerminal(), "I9: no unfinished job without a time to look at it", () => $"{after.Id} is {after.Phase} and has none");
        if (commit.Before is { } old)
        {
            CheckChange(Documents.Read<Job>(old), after);
        }

        CheckEffects(commit.Before is null ? null : Documents.Read<Job>(commit.Before), after);
    }

    private void CheckChange(Job before, Job after)
    {
        ledger.Require(after.Ver > before.Ver, "I3: ver rises with every write", () => $"{after.Id}: {before.Ver} -> {after.Ver}");
        ledger.Require(after.Epoch >= before.Epoch, "I3: an epoch never falls", () => $"{after.Id}: {before.Epoch} -> {after.Epoch}");
        ledger.Require(
            (before.Owner, before.Kind, before.Spec, before.IdempotencyKey, before.TargetModelId) == (after.Owner, after.Kind, after.Spec, after.IdempotencyKey, after.TargetModelId),
            "what was accepted never changes", () => after.Id);
        if (before.Phase.IsTerminal())
        {
            CheckEnded(before, after);
        }
        else if (after.Phase != before.Phase)
        {
            CheckPhase(before, after);
        }
    }

    private void CheckEnded(Job before, Job after) => ledger.Require(
        (before.Phase, before.Epoch, before.EndedAt, before.Failure?.Code, before.Outcome?.ReportId, before.Outcome?.Product?.BlobId)
            == (after.Phase, after.Epoch, after.EndedAt, after.Failure?.Code, after.Outcome?.ReportId, after.Outcome?.Product?.BlobId),
        "I2: terminal is final", () => $"{after.Id}: {before.Phase} {before.Failure?.Code} -> {after.Phase} {after.Failure?.Code}");

    private void CheckPhase(Job before, Job after)
    {
        ledger.Reached(after.IdempotencyKey, after.Phase);
        if (after.Phase != Phase.Cancelled)
        {
            ledger.CheckCancelled(after.Id, after.Phase, race);
        }

        if (after.Phase == Phase.Assigned && after.Kind.IsNodeWork())
        {
            ledger.Require(after.Epoch > before.Epoch, "L4: an epoch rises with every grant", () => $"{after.Id} is granted under {after.Epoch}, as before");
            ledger.Granted(after.Id, after.Epoch, after.Lease!.Holder);
            CheckAlone(after);
        }

        if (before.Phase.IsHeld() && after.Phase is Phase.Queued or Phase.Pending or Phase.Failed)
        {
            CheckGivenUp(before);
        }

        switch (after.Phase)
        {
            case Phase.Finalizing when !after.CacheHit:
                string made = after.Kind.IsNodeWork() ? after.Outcome!.Product!.FileName : after.Outcome!.ReportId ?? "nobody";
                ledger.Require(made == Ledger.TagOf(after.Id, (uint)after.Epoch), "I4: a result is of the epoch that was granted", () => $"{after.Id} under epoch {after.Epoch} takes a result of {made}");
                break;
            case Phase.Cancelled:
                ledger.Require(ledger.Submissions.Exists(one => one.JobId == after.Id && one.CancelAsked), "nobody's job is cancelled unasked", () => after.Id);
                ledger.Require(after.Outcome is null, "no result beside CANCELLED", () => after.Id);
                break;
            case Phase.Failed:
                CheckFailure(after);
                break;
            default:
                break;
        }
    }

    // Whoever is at it has said that it is done, or has fenced itself, or has died.
    private void CheckGivenUp(Job held)
    {
        var other = ledger.LiveUnder(held.Id, held.Epoch);
        ledger.Require(other?.Process.StoodStillWithin(s_fence) != false, "L4: an attempt is given up only when nobody is at it any more", () => $"{held.Id} is taken from {other!.Process.Name}, which is at it under epoch {held.Epoch}");
    }

    // A node that stands still cannot fence itself: its epoch alone keeps it out.
    private void CheckAlone(Job granted)
    {
        var other = ledger.LiveFor(granted.Id).FirstOrDefault(attempt => attempt.Process.Name != granted.Lease!.Holder && !attempt.Process.StoodStillWithin(s_fence));
        ledger.Require(other is null, "L5: work is granted again only after its node has fenced itself", () => $"{granted.Id} is granted to {granted.Lease!.Holder} under epoch {granted.Epoch} while {other!.Process.Name} is at it under {other.Epoch}");
    }

    private void CheckFailure(Job job)
    {
        string code = job.Failure!.Code;
        bool spent = job.InfrastructureRetries >= 3 || job.Attempts >= 5;
        bool right = ledger.HasFailed(job.Id, job.Epoch, code) || (s_lost.Contains(code) && spent) || code == "UPSTREAM_FAILED" || (code == "POISONED" && (job.Restarts >= 19 || HasDiedTwice(job))) || (code == "INPUT_QUARANTINED" && Quarantines().Any(file => file.Owner == job.Owner)) || SharesFailure(job);
        ledger.Require(right, "a job fails only for a reason that there was", () => $"{job.Id} failed with {code}: {job.Failure.Message} (attempts {job.Attempts}, retries {job.InfrastructureRetries})");
    }

    private bool HasDiedTwice(Job job) => job.Deaths.Count == 2 && ledger.HasFailed(job.Id, job.Epoch, "TOOL_CRASHED");

    /// <summary>What is quarantined.</summary>
    public IEnumerable<StoredQuarantine> Quarantines() => database.All("quarantines").Select(Documents.Read<StoredQuarantine>);

    private bool SharesFailure(Job job) => database.All("jobs").Select(Documents.Read<Job>)
        .Any(other => other.Id != job.Id && other.CacheKey is not null && other.CacheKey == job.CacheKey && other.Phase == Phase.Failed && other.Failure!.Code == job.Failure!.Code);

    private void CheckEffects(Job? before, Job after)
    {
        var known = before?.Effects.Select(effect => (effect.Ver, effect.N)).ToHashSet() ?? [];
        var left = after.Effects.Select(effect => (effect.Ver, effect.N)).ToHashSet();
        foreach (var effect in after.Effects.Where(effect => !known.Contains((effect.Ver, effect.N))))
        {
            ledger.Require(_effects.Add((after.Id, effect.Ver, effect.N)), "I6: an effect's id is its own", () => $"{after.Id}.{effect.Ver}.{effect.N} is used twice");
        }

        ledger.Require(left.Count == after.Effects.Count, "I6: an effect's id is its own", () => $"{after.Id} has an id twice");
        // One write may hold two events: the effect is of the one that changed the phase, not of the last.
        ledger.Require(before is null || before.Phase == after.Phase || after.Effects.Any(effect => effect.Ver > before.Ver && effect.Phase == after.Phase.ToString()), "L7: a change of phase is an effect in the same write", () => $"{after.Id}: {before!.Phase} -> {after.Phase}");
        foreach (var (ver, n) in known.Where(effect => !left.Contains(effect)))
        {
            string id = $"{after.Id}.{ver}.{n}";
            ledger.Require(database.Get("events", id) is not null, "I6: an effect leaves the document only when it is in the log", () => $"{id} is gone and in no log");
        }
    }
}
