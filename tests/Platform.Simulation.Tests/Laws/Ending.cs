using Platform.DeviceBroker.Devices;
using Platform.Gateway.Events;
using Platform.Gateway.Jobs;
using Platform.Gateway.Models;
using Platform.Simulation.Tests.Processes;
using Platform.Simulation.Tests.Stores;

namespace Platform.Simulation.Tests.Laws;

/// <summary>What holds once faults have stopped and everything has come to its end.</summary>
internal sealed class Ending(World world, JobLaws laws, Database gateway, Database broker, ArtifactProcess artifact, IReadOnlyList<string> owners)
{
    /// <summary>Within this time after the last fault: leases lapse, retries wait, devices rest.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    private IEnumerable<Job> Jobs => gateway.All("jobs").Select(Documents.Read<Job>);

    private IEnumerable<StoredDevice> Devices => broker.All("devices").Select(Documents.Read<StoredDevice>);

    public bool HasCome() => Left().FirstOrDefault() is null;

    public string WhatIsLeft() => string.Join("; ", Left().Take(10));

    public void Judge()
    {
        var ledger = world.Ledger;
        foreach (var keys in Jobs.GroupBy(job => (job.Owner, job.IdempotencyKey)))
        {
            ledger.Require(keys.Count() == 1, "one key, one job", () => $"{keys.Key}: {keys.Count()}");
        }

        foreach (var submission in ledger.Submissions.Where(one => one.JobId is not null))
        {
            var job = Jobs.FirstOrDefault(job => job.Id == submission.JobId);
            ledger.Require(job?.IdempotencyKey == submission.Key, "a job that was accepted is there", () => submission.JobId!);
        }

        foreach (var job in Jobs)
        {
            JudgeJob(job);
        }

        foreach (string owner in owners)
        {
            JudgeLog(owner);
        }
    }

    private IEnumerable<string> Left()
    {
        foreach (var job in Jobs)
        {
            if (!job.Phase.IsTerminal() || job.Effects.Count > 0 || job.CleanUp)
            {
                yield return $"{job.Id} is {job.Phase} under epoch {job.Epoch}, {job.Effects.Count} effects, next {job.NextAt:mm:ss}{(job.CleanUp ? ", not cleaned up" : "")}, attempts {job.Attempts}, {job.WaitMessage}";
            }
        }

        foreach (var submission in world.Ledger.Submissions.Where(one => one.SeenEnd is null && (one.JobId is not null || one.Refused is null)))
        {
            yield return $"{submission.Key} has not heard of its end";
        }

        foreach (var device in Devices.Where(device => device.State != DeviceState.Idle))
        {
            yield return $"{device.Id} is {device.State} under epoch {device.Epoch} with {device.RunId}";
        }

        if (world.Ledger.AnyLive)
        {
            yield return "somebody is at work";
        }

        foreach (string owner in owners.Where(owner => Received(owner) < LogOf(owner).Count()))
        {
            yield return $"{owner} has received {Received(owner)} of its {LogOf(owner).Count()} events";
        }
    }

    private int Received(string owner) => world.Ledger.Received.TryGetValue(owner, out var received) ? received.Count : 0;

    private IEnumerable<LoggedEvent> LogOf(string owner) => gateway.All("events").Select(Documents.Read<LoggedEvent>).Where(entry => entry.Owner == owner);

    private void JudgeJob(Job job)
    {
        var ledger = world.Ledger;
        var events = LogOf(job.Owner).Where(entry => entry.JobId == job.Id).OrderBy(entry => entry.Seq).ToList();
        int owed = laws.Effects.Count(effect => effect.Job == job.Id);
        ledger.Require(events.Count == owed, "I6: every effect is in the log once", () => $"{job.Id}: {owed} effects, {events.Count} in the log");
        ledger.Require(events[^1].Type == EventTypes.Ended && events[^1].Phase == job.Phase.ToString(), "the last event of a job is its end", () => $"{job.Id}: {events[^1].Type} {events[^1].Phase}");
        if (job is { Failure.Code: "POISONED", Kind: JobKind.Compile, Steps.Count: > 0 })
        {
            ledger.Require(laws.Quarantines().Any(file => file.Owner == job.Owner && file.InForce.Count(path => path.JobId == job.Id) == 1), "what killed its programs is quarantined, once", () => job.Id);
        }

        if (job.TargetModelId is { } id)
        {
            var model = gateway.Get("models", id) is { } stored ? Documents.Read<StoredModel>(stored) : null;
            bool visible = model is { State: AssetState.Ready };
            ledger.Require(visible == (job.Phase == Phase.Success), "a product is visible exactly when its job succeeded", () => $"{job.Id} is {job.Phase}, its model {model?.State.ToString() ?? "not there"}");
            ledger.Require(!visible || artifact.IsReferred("model", id, model!.BlobId!), "I11: what is referred to is there", () => $"{id} -> {model!.BlobId}");
            ledger.Require(visible || !artifact.IsOwner("model", id), "I11: nothing is kept for a job without a product", () => $"{id} of {job.Id}, {job.Phase}");
        }
    }

    private void JudgeLog(string owner)
    {
        var events = LogOf(owner).OrderBy(entry => entry.Seq).ToList();
        world.Ledger.Require(events.Select(entry => entry.Seq).SequenceEqual(Enumerable.Range(1, events.Count).Select(i => (long)i)), "L7: the log has no gaps", () => owner);
    }
}
