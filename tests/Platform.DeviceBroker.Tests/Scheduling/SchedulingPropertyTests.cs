using CsCheck;
using Platform.DeviceBroker.Devices;
using Platform.DeviceBroker.Scheduling;
using static Platform.DeviceBroker.Tests.Scheduling.Farm;

namespace Platform.DeviceBroker.Tests.Scheduling;

/// <summary>Any course of events, against the naive scheduler.</summary>
public sealed class SchedulingPropertyTests
{
    private static readonly string[] s_owners = ["a", "b", "c", "d"];
    private static readonly string[] s_names = ["phone", "tablet", ""];
    private static readonly string[] s_attributes = ["x", "y"];

    private static readonly StoredDevice[] s_devices =
    [
        Device("d0"), Device("d1", attributes: "x"), Device("d2", attributes: ["x", "y"]), Device("d3", "tablet"), Device("d4", "tablet", "public", "y"), Device("d5", owner: "b", attributes: "x"),
    ];

    private static readonly Gen<Step> s_step = Gen.Select(
        Gen.Frequency((5, Gen.Const(0)), (5, Gen.Const(1)), (1, Gen.Const(2)), (1, Gen.Const(3))), Gen.Int[0, 3], Gen.Int[0, 2], Gen.Int[0, 3], Gen.Int[-2, 2], Gen.Int[0, 5], Gen.Int[0, 900],
        (kind, owner, name, attributes, priority, device, seconds) => new Step(kind, owner, name, attributes, priority, device, seconds));

    [Fact]
    public void Take_AnyCourse_DecidesAsTheNaiveScheduler() => s_step.Array[1, 120].Sample(Check, iter: 2000);

    private static void Check(Step[] steps)
    {
        var policy = new SchedulingPolicy { AffinityDepth = 3, MostOvertaken = 2, Weights = { ["c"] = 2, ["d"] = 0.5 } };
        var engine = new SchedulingEngine(policy, Start);
        var naive = new NaiveScheduler(policy);
        var given = new HashSet<string>();
        double second = 0;
        for (int i = 0; i < steps.Length; i++)
        {
            var step = steps[i];
            second += step.Seconds / 10.0;
            var now = Start.AddSeconds(second);
            switch (step.Kind)
            {
                case 0:
                    // Some come late into the queue of this broker, through another.
                    var run = Run($"r{i}", s_owners[step.Owner], second - (step.Device == 5 ? 2000 : 0), step.Priority, s_names[step.Name], (ulong)step.Device, [.. s_attributes.Where((_, bit) => (step.Attributes >> bit & 1) != 0)]);
                    engine.Enqueue(run, now);
                    naive.Enqueue(run, now);
                    break;
                case 1:
                    var staged = step.Attributes == 0 ? NothingStaged : new HashSet<ulong> { (ulong)step.Name, (ulong)step.Owner };
                    var expected = naive.Take(s_devices[step.Device], staged, now);
                    var taken = engine.Take(s_devices[step.Device], staged, now);
                    Assert.Equal(expected?.Id, taken?.Order.Id);
                    Assert.True(taken is null || given.Add(taken.Order.Id), "a run is given once");
                    break;
                case 2:
                    Assert.Equal(naive.Remove($"r{i / 2}"), engine.Remove($"r{i / 2}"));
                    break;
                default:
                    // Given, and given back: nothing has happened but that the organization had its turn.
                    if (engine.Take(s_devices[step.Device], NothingStaged, now) is { } grant)
                    {
                        var same = naive.Take(s_devices[step.Device], NothingStaged, now)!;
                        Assert.Equal(same.Id, grant.Order.Id);
                        engine.Forget(grant);
                        naive.Charge(same.Owner, -policy.FirstEstimate.TotalSeconds, now);
                    }

                    break;
            }
        }
    }

    private sealed record Step(int Kind, int Owner, int Name, int Attributes, int Priority, int Device, int Seconds);
}
