using CsCheck;
using Platform.DeviceBroker.Scheduling;

namespace Platform.DeviceBroker.Tests.Scheduling;

/// <summary>The tree of a queue against a sorted list.</summary>
public sealed class RunsByAgeTests
{
    private static readonly Gen<(int Age, bool Add)[]> s_changes = Gen.Select(Gen.Int[0, 60], Gen.Bool, (age, add) => (age, add)).Array[1, 200];

    [Fact]
    public void Runs_AnyChanges_AreThoseOfASortedList() => s_changes.Sample(
        changes =>
        {
            var engine = new SchedulingEngine(new SchedulingPolicy(), Farm.Start);
            var queue = new ShapeQueue(engine.Shares.Of("a"), new Shape("", 0, new()));
            var tree = new RunsByAge();
            var list = new List<QueuedRun>();
            uint heap = 1;
            foreach (var (age, add) in changes)
            {
                if (add || list.Count == 0)
                {
                    var run = new QueuedRun($"r{heap}", queue, 0, age, 0, heap *= 2654435761);
                    tree.Add(run);
                    list.Add(run);
                    list.Sort((a, b) => a.CompareAge(b));
                }
                else
                {
                    tree.Remove(list[age % list.Count]);
                    list.RemoveAt(age % list.Count);
                }

                Assert.Equal(list.Count, tree.Count);
                Assert.Same(list.FirstOrDefault(), tree.First);
                Assert.All(list, (run, place) => Assert.Equal(place, tree.Before(run)));
                Assert.Same(list.Skip(3).FirstOrDefault(), tree.Find(run => list.IndexOf(run) == 3, 4));
                Assert.Null(tree.Find(run => list.IndexOf(run) == 3, 3));
            }
        },
        iter: 300);
}
