using CsCheck;
using Platform.Gateway.Jobs;
using static Platform.Gateway.Tests.Jobs.JobSamples;

namespace Platform.Gateway.Tests.Jobs;

/// <summary>What holds whatever happens, in any order, late and doubled.</summary>
public sealed class JobPropertyTests
{
    private const int Sequences = 5000;
    private static readonly string[] s_names = [.. Possible.Keys];

    // Cancellation, refusals and other ends are rare, so that sequences reach the middle of a life.
    private static readonly Gen<Step[]> s_steps = Gen.Select(
        Gen.Frequency(
            (6, OneOf("Planned", "RunRequested", "Granted", "DeviceAssigned", "Started", "Renewed", "UpstreamSucceeded")),
            (4, OneOf("FailedElsewhere", "FailedOnce", "FailedOnceLarger", "Died", "HandedBack", "WorkerRestarted", "Ticked")),
            (1, OneOf(s_names))),
        Gen.Frequency((6, Gen.Const(0)), (1, Gen.Int[-2, 2])),
        Gen.Frequency((6, Gen.Int[0, 20]), (1, Gen.Int[0, 2000])),
        (name, offset, seconds) => new Step(name, offset, seconds)).Array[1, 80];

    private static readonly Gen<(JobKind Kind, Phase First, Step[] Steps)> s_lives = Gen.Select(
        OneOf(JobKind.Compile, JobKind.Profile, JobKind.Inspect), OneOf(Phase.Waiting, Phase.Pending), s_steps, (kind, first, steps) => (kind, first, steps));

    [Fact]
    public void Apply_AnySequence_KeepsTheDocumentSound() => ForEachChange((before, _, after, _) =>
    {
        Assert.Equal(before.Ver + 1, after.Ver);
        Assert.True(after.Epoch >= before.Epoch);
        Assert.Equal(after.Phase.IsHeld(), after.Lease is not null);
        Assert.Equal(after.Phase.IsTerminal(), after.NextAt is null);
        Assert.Equal(after.Phase.IsTerminal(), after.EndedAt is not null);
        Assert.Equal(after.Phase is Phase.Failed or Phase.Cancelled, after.Failure is not null);
        Assert.Equal(after.Effects.Select(effect => effect.Ver).Distinct().Order(), after.Effects.Select(effect => effect.Ver));
        Assert.Equal(after.Phase != before.Phase, after.Effects.Any(effect => effect.Ver == after.Ver && effect.Type != "job.progress"));
    });

    [Fact]
    public void Apply_AfterTheEnd_OnlyKeepsHouse() => ForEachChange((before, _, after, _) =>
    {
        if (before.Phase.IsTerminal())
        {
            Assert.Equal(before with { Ver = after.Ver, Name = after.Name, Effects = after.Effects, CleanUp = after.CleanUp }, after);
            Assert.True(before.CleanUp || !after.CleanUp);
        }
    });

    [Fact]
    public void Apply_OfAnotherEpoch_ChangesNothing() => ForEachChange((before, step, _, _) => Assert.True(step.EpochOffset == 0 || !Fenced.Contains(step.Name)));

    [Fact]
    public void Apply_Doubled_ChangesNothingMore() => ForEachChange((_, step, after, happened) =>
    {
        // Time is no message: what a second look finds due is due.
        if (happened.Event is not JobEvent.Ticked && Machine.Apply(after, happened.Event, happened.At) is { } again)
        {
            Assert.Equal(after, again with { Ver = after.Ver });
        }
    });

    [Fact]
    public void Apply_AnySequence_BoundsAttemptsAndRetries()
    {
        int handedBack = 0;
        ForEachChange(
            (_, step, after, _) =>
            {
                handedBack += step.Name == "HandedBack" ? 1 : 0;
                Assert.InRange(after.InfrastructureRetries, 0, Policy.LargestInfrastructureRetries);
                Assert.InRange(after.Deaths.Count, 0, 2);
                Assert.True(after.Deaths.Count < 2 || after is { Phase: Phase.Failed, Failure.Code: "POISONED" });
                Assert.InRange(after.Restarts, 0, Policy.LargestRestarts - 1);
                Assert.InRange(after.Attempts, 0, 1 + after.InfrastructureRetries + (after.RetriedOnce ? 1 : 0) + after.Restarts + handedBack);
            },
            () => handedBack = 0);
    }

    [Fact]
    public void Apply_AnySequence_HasAtMostOneResult()
    {
        int results = 0, successes = 0;
        ForEachChange(
            (before, _, after, _) =>
            {
                results += before.Phase is not (Phase.Finalizing or Phase.Success) && after.Phase is Phase.Finalizing or Phase.Success ? 1 : 0;
                successes += before.Phase != Phase.Success && after.Phase == Phase.Success ? 1 : 0;
                Assert.InRange(results, 0, 1);
                Assert.InRange(successes, 0, results);
            },
            () => results = successes = 0);
    }

    [Fact]
    public void CancelRequested_AtAnyMoment_EndsTheJob() => ForEachChange((_, _, after, happened) =>
    {
        var cancelled = Machine.Apply(after, new JobEvent.CancelRequested("somebody"), happened.At);
        Assert.Equal(after.Phase.IsTerminal(), cancelled is null);
        Assert.True(cancelled is null or { Phase: Phase.Cancelled, Outcome: null, Lease: null, NextAt: null, Failure.Code: "CANCELLED_BY_USER" });
    });

    [Fact]
    public void Ticked_AtTheLookItAskedFor_AlwaysAsksForALaterOne() => ForEachChange((_, _, after, _) =>
    {
        if (after.NextAt is { } due)
        {
            var looked = Machine.Apply(after, new JobEvent.Ticked(), due);
            Assert.True(looked is not null && (looked.Phase.IsTerminal() || looked.NextAt > due), $"{after} looked at {looked}");
        }
    });

    // The other properties say nothing about phases that no sequence reaches.
    [Fact]
    public void Sequences_Together_ReachEveryPhase()
    {
        var reached = new HashSet<(bool NodeWork, Phase Phase)>();
        ForEachChange((_, _, after, _) => reached.Add((after.Kind.IsNodeWork(), after.Phase)), sequences: 10 * Sequences);
        Assert.Equal(2 * Enum.GetValues<Phase>().Length, reached.Count);
    }

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    // One thread, so that the checks may count.
    private static void ForEachChange(Action<Job, Step, Job, (JobEvent Event, DateTimeOffset At)> check, Action? begin = null, int sequences = Sequences) => s_lives.Sample(
        life =>
        {
            begin?.Invoke();
            var (job, now) = (New(life.Kind, life.First), Now);
            foreach (var step in life.Steps.Where(step => life.Kind.IsNodeWork() ? step.Name is not ("DeviceAssigned" or "RunRequested") : step.Name is not ("Planned" or "Joined" or "ResultFound")))
            {
                now = now.AddSeconds(step.Seconds);
                var happened = step.Name == "EffectsCarriedOut" ? new JobEvent.EffectsCarriedOut(job.Ver, 0) : Possible[step.Name](job.Epoch + step.EpochOffset, now);
                if (Machine.Apply(job, happened, now) is { } after)
                {
                    check(job, step, after, (happened, now));
                    job = after;
                }
            }
        },
        iter: sequences, threads: 1);

    /// <summary>Something happens some seconds later.</summary>
    private sealed record Step(string Name, int EpochOffset, int Seconds);
}
