using Platform.Toolchains.Steps;

namespace Platform.Toolchains.Planning;

/// <summary>Finds the chain of steps from one model form to another.</summary>
public static class PathPlanner
{
    /// <summary>
    /// The shortest path; of equally short ones the first found in the order of <paramref name="steps"/>. Null when there
    /// is none. A form is turned into itself by the step from it to itself, where there is one.
    /// </summary>
    public static IReadOnlyList<StepDescription>? Find(ModelForm from, ModelForm to, IReadOnlyList<StepDescription> steps)
    {
        if (from == to)
        {
            var same = steps.FirstOrDefault(step => step.From == from && step.To == to);
            return same is null ? null : [same];
        }

        var reachedBy = new Dictionary<ModelForm, StepDescription?> { [from] = null };
        var queue = new Queue<ModelForm>([from]);
        while (queue.TryDequeue(out var form) && !reachedBy.ContainsKey(to))
        {
            foreach (var step in steps.Where(step => step.From == form && reachedBy.TryAdd(step.To, step)))
            {
                queue.Enqueue(step.To);
            }
        }

        return reachedBy.ContainsKey(to) ? Backtrack(from, to, reachedBy) : null;
    }

    private static List<StepDescription> Backtrack(ModelForm from, ModelForm to, Dictionary<ModelForm, StepDescription?> reachedBy)
    {
        var path = new List<StepDescription>();
        for (var form = to; form != from; form = path[^1].From)
        {
            path.Add(reachedBy[form]!);
        }

        path.Reverse();
        return path;
    }
}
