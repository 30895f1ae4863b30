namespace Torch.Onnx.Emission;

/// <summary>Finds what the outputs need, and decides which views of weights become weights of their own.</summary>
internal static class Liveness
{
    private const long AlwaysFolded = 4096;

    /// <summary>Marks everything that the values need; returns the constants among them.</summary>
    public static void Mark(IEnumerable<Value> roots)
    {
        var pending = new Stack<Value>(roots);
        var views = new List<Value>();
        Drain(pending, views);

        // Views of one weight: as many bytes as the weight itself are stored as they are, more are computed at run time.
        foreach (var group in views.GroupBy(view => view.Content!.StorageKey).ToList())
        {
            foreach (var view in Unfolded([.. group]))
            {
                Unfold(view);
            }
        }
    }

    /// <summary>Whether a live value is stored rather than computed.</summary>
    public static bool IsStored(Value value) => value.Content is not null && value.Producer is not { IsLive: true };

    private static void Drain(Stack<Value> pending, List<Value> views)
    {
        while (pending.TryPop(out var value))
        {
            if (value.IsLive)
            {
                continue;
            }

            value.IsLive = true;
            if (value.Content is not null)
            {
                views.Add(value);
            }
            else if (value.Producer is { IsLive: false } node)
            {
                node.IsLive = true;
                Push(pending, node.Inputs);
                foreach (var (_, graph) in node.Subgraphs)
                {
                    Push(pending, graph.Outputs);
                }
            }
        }
    }

    private static IEnumerable<Value> Unfolded(List<Value> group)
    {
        if (!group.Exists(view => view.Producer is not null))
        {
            return [];
        }

        long stored = group.Select(view => view.Content!).DistinctBy(Identity).Sum(content => content.ByteCount);
        long weights = group.Select(view => (view.Weight ?? view).Content!).DistinctBy(Identity).Sum(content => content.ByteCount);
        return stored <= Math.Max(weights, AlwaysFolded) ? [] : group.Where(view => view.Producer is not null && view.Content!.ByteCount > AlwaysFolded);
    }

    private static void Unfold(Value view)
    {
        for (var value = view; value is not null; value = value.Producer?.Inputs[0])
        {
            value.IsLive = true;
            if (value.Producer is { } node)
            {
                node.IsLive = true;
                foreach (var input in node.Inputs.AsSpan(1))
                {
                    if (input is not null)
                    {
                        input.IsLive = true;
                    }
                }
            }
        }
    }

    /// <summary>Equal for contents with the same elements in the same storage.</summary>
    public static string Identity(ConstantTensor content) =>
        $"{content.Type}/{content.Offset}/{string.Join(',', content.Sizes)}/{string.Join(',', content.Strides)}";

    private static void Push(Stack<Value> pending, Value?[] values)
    {
        foreach (var value in values)
        {
            if (value is { IsLive: false })
            {
                pending.Push(value);
            }
        }
    }
}
