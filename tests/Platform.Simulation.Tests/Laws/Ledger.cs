using Platform.Contracts.Broker.V1;
using Platform.Contracts.Hub.V1;
using Platform.Simulation.Tests.Engine;

namespace Platform.Simulation.Tests.Laws;

/// <summary>A law was broken.</summary>
/// <param name="Law">Which.</param>
/// <param name="What">How.</param>
internal sealed record Violation(string Law, string What);

/// <summary>Somebody is at work for a job or a run.</summary>
internal sealed record LiveAttempt(Process Process, string Id, uint Epoch, string? Device)
{
    public bool Ended { get; set; }

    public bool IsLive => !Ended && Process.IsAlive;
}

/// <summary>A gateway carries a cancellation out.</summary>
internal sealed record Cancelling(Process Gateway, string Job, long Since, List<Cancelling> Others) : IDisposable
{
    public void Dispose() => Others.Remove(this);
}

/// <summary>What the world knows of itself without asking the product: who was promised what, who is at work, what came out.</summary>
internal sealed class Ledger(Scheduler scheduler, Chance chance, Trace trace)
{
    // What the hub tells nodes and hosts (architecture L5), and how often the world looks at them.
    private static readonly TimeSpan s_selfFence = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);

    private readonly Dictionary<Process, long> _answered = [];
    private readonly List<Cancelling> _cancellations = [];
    private readonly List<LiveAttempt> _attempts = [];
    private readonly Dictionary<string, uint> _highest = new(StringComparer.Ordinal);
    private readonly HashSet<(string Id, uint Epoch, string Code)> _failures = [];
    private readonly HashSet<(string Job, long Epoch, string Node)> _grants = [];
    private readonly HashSet<(string Device, long Epoch, string Run)> _reservations = [];

    /// <summary>The first broken law; null while all hold.</summary>
    public Violation? Violation { get; private set; }

    /// <summary>Hears of whoever begins to work.</summary>
    public Action<Process>? Begun { get; set; }

    public List<Submission> Submissions { get; } = [];

    /// <summary>Sequences of events that arrived outside, by organization, each when it came first.</summary>
    public Dictionary<string, List<long>> Received { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether whoever is outside answers always.</summary>
    public bool IsCalm { get; set; }

    /// <summary>What a product says of who made it.</summary>
    public static string TagOf(string id, uint epoch) => $"{id}-{epoch}";

    public void Require(bool holds, string law, Func<string> what)
    {
        if (!holds)
        {
            Violation ??= new Violation(law, what());
        }
    }

    /// <summary>Something in a process ended that never ends.</summary>
    public void Broken(Process process, Exception error) => Require(false, "a process goes on until it dies", () => $"{process.Name}: {error}");

    /// <summary>A job has come to a phase: somebody may have waited for that.</summary>
    public void Reached(string key, Gateway.Jobs.Phase phase)
    {
        if (Submissions.Find(one => one.Key == key) is { CancelAt: { } awaited } waiting && (phase == awaited || phase >= Gateway.Jobs.Phase.Success))
        {
            waiting.CameThere.TrySetResult();
        }
    }

    /// <summary>An answer has come.</summary>
    public void Answered(Process client, string method, long sent)
    {
        if (method.EndsWith("/Synchronize", StringComparison.Ordinal))
        {
            _answered[client] = sent;
        }
    }

    /// <summary>Whoever is at work has an answer that is not too old, unless it stands still: then it ends its work once it goes on.</summary>
    public void CheckFences()
    {
        var silent = _attempts.Find(attempt => attempt.IsLive && !attempt.Process.StoodStillWithin(s_look) && scheduler.Now - _answered[attempt.Process] > (s_selfFence + s_look).Ticks);
        Require(silent is null, "L5: whoever gets no answer ends its work", () => $"{silent!.Process.Name} is at {silent.Id} under epoch {silent.Epoch}; its last answer is of {TimeSpan.FromTicks(_answered[silent.Process]):mm\\:ss}");
    }

    /// <summary>A gateway begins to carry a cancellation out.</summary>
    public IDisposable Cancelling(Process gateway, string job)
    {
        var cancelling = new Cancelling(gateway, job, scheduler.Now, _cancellations);
        _cancellations.Add(cancelling);
        return cancelling;
    }

    /// <summary>A job goes on though a gateway is cancelling it, for longer than a race for its document lasts.</summary>
    public void CheckCancelled(string job, Gateway.Jobs.Phase phase, TimeSpan race)
    {
        bool forgotten = _cancellations.Exists(one => one.Job == job && one.Gateway.IsAlive && scheduler.Now - Math.Max(one.Since, one.Gateway.PausedUntil) > race.Ticks);
        Require(!forgotten, "a cancellation that is carried out takes place", () => $"{job} comes to {phase} while it is cancelled");
    }

    public void Granted(string job, long epoch, string node) => _grants.Add((job, epoch, node));

    public void Reserved(string device, long epoch, string run) => _reservations.Add((device, epoch, run));

    /// <summary>A node begins to work for a job.</summary>
    public LiveAttempt Begin(Process process, string job, uint epoch)
    {
        trace.Add(process, $"begins to work for {job} under epoch {epoch}");
        Require(_grants.Contains((job, epoch, process.Name)), "L4: nobody works without a grant", () => $"{process.Name} works for {job} under epoch {epoch}, which the store has not granted it");
        return Add(new LiveAttempt(process, job, epoch, null));
    }

    /// <summary>A host begins a run on a device.</summary>
    public LiveAttempt BeginRun(Process process, RunAssignment run)
    {
        trace.Add(process, $"begins run {run.RunId} on {run.DeviceId} under epoch {run.DeviceEpoch}");
        Require(
            _reservations.Contains((run.DeviceId, run.DeviceEpoch, run.RunId)), "L4: nothing runs on a device that is not reserved for it",
            () => $"{run.RunId} runs on {run.DeviceId} under epoch {run.DeviceEpoch}, which the store has not given it");
        Require(LiveOn(run.DeviceId) is null, "I1: at most one run at a time on a device", () => $"{run.RunId} begins on {run.DeviceId} while {LiveOn(run.DeviceId)!.Id} is on it");
        Require(
            run.DeviceEpoch > _highest.GetValueOrDefault(run.DeviceId), "L4: no epoch of a device is used twice",
            () => $"{run.RunId} begins on {run.DeviceId} under epoch {run.DeviceEpoch} after {_highest[run.DeviceId]}");
        _highest[run.DeviceId] = run.DeviceEpoch;
        return Add(new LiveAttempt(process, run.RunId, run.DeviceEpoch, run.DeviceId));
    }

    public void End(LiveAttempt attempt)
    {
        trace.Add(attempt.Process, $"is done with {attempt.Id} under epoch {attempt.Epoch}");
        attempt.Ended = true;
        _attempts.Remove(attempt);
    }

    public LiveAttempt? LiveOn(string device) => _attempts.Find(attempt => attempt.IsLive && attempt.Device == device);

    public IEnumerable<LiveAttempt> LiveFor(string job) => _attempts.Where(attempt => attempt.IsLive && attempt.Device is null && attempt.Id == job);

    /// <summary>Whoever is at work for a job under an epoch, on a node or a device.</summary>
    public LiveAttempt? LiveUnder(string job, long epoch) =>
        _attempts.Find(attempt => attempt.IsLive && (attempt.Device is null ? attempt.Id == job && attempt.Epoch == epoch : attempt.Id == $"{job}-{epoch}"));

    public bool AnyLive => _attempts.Exists(attempt => attempt.IsLive);

    /// <summary>Notes that an attempt fails, and gives it words.</summary>
    public string Failed(string id, uint epoch, FailureCode code)
    {
        _failures.Add((id, epoch, Toolchains.CodeName.Of(code)));
        return $"the simulated work of {id} under epoch {epoch} fails";
    }

    /// <summary>Whether the attempt of a job under an epoch, or its run, has failed so.</summary>
    public bool HasFailed(string job, long epoch, string code) => _failures.Any(failure => failure.Code == code && ((failure.Id == job && failure.Epoch == epoch) || failure.Id == $"{job}-{epoch}"));

    /// <summary>An event arrives outside.</summary>
    /// <returns>Whether it is taken.</returns>
    public bool Receive(string owner, CloudEvent happened)
    {
        if (!IsCalm && chance.Of(0.1))
        {
            return false;
        }

        if (!Received.TryGetValue(owner, out var sequences))
        {
            Received[owner] = sequences = [];
        }

        long sequence = long.Parse(happened.Sequence);
        long last = sequences.Count == 0 ? 0 : sequences[^1];
        Require(sequence <= last + 1, "L7: a receiver gets every event, in order", () => $"{owner} got event {sequence} after {last}");
        if (sequence > last)
        {
            sequences.Add(sequence);
        }

        // Taken, but the answer is lost: it comes again.
        return IsCalm || !chance.Of(0.1);
    }

    private LiveAttempt Add(LiveAttempt attempt)
    {
        Begun?.Invoke(attempt.Process);
        _attempts.RemoveAll(other => !other.IsLive);
        _attempts.Add(attempt);
        return attempt;
    }
}
