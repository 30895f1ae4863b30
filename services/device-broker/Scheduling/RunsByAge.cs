namespace Platform.DeviceBroker.Scheduling;

/// <summary>Runs of one queue and priority in the order of their age: a treap that counts, so that first, any and place cost the same few steps.</summary>
internal sealed class RunsByAge
{
    private QueuedRun? _root;

    /// <summary>The oldest.</summary>
    public QueuedRun? First { get; private set; }

    public int Count => SizeOf(_root);

    public void Add(QueuedRun run)
    {
        (run.Older, run.Younger, run.Size) = (null, null, 1);
        var (older, younger) = Split(_root, run);
        _root = Join(Join(older, run), younger);
        if (First is null || run.CompareAge(First) < 0)
        {
            First = run;
        }
    }

    /// <summary>Takes a run out that is in.</summary>
    public void Remove(QueuedRun run)
    {
        _root = Without(_root, run);
        if (First == run)
        {
            First = _root;
            while (First?.Older is { } older)
            {
                First = older;
            }
        }
    }

    /// <summary>How many are older than a run.</summary>
    public int Before(QueuedRun run)
    {
        int before = 0;
        var node = _root;
        while (node is not null)
        {
            if (node.CompareAge(run) < 0)
            {
                before += SizeOf(node.Older) + 1;
                node = node.Younger;
            }
            else
            {
                node = node.Older;
            }
        }

        return before;
    }

    /// <summary>The oldest that satisfies a condition among the first <paramref name="depth"/>.</summary>
    public QueuedRun? Find(Func<QueuedRun, bool> wanted, int depth)
    {
        var path = new Stack<QueuedRun>();
        var node = _root;
        while (depth > 0 && (node is not null || path.Count > 0))
        {
            for (; node is not null; node = node.Older)
            {
                path.Push(node);
            }

            var run = path.Pop();
            if (wanted(run))
            {
                return run;
            }

            depth--;
            node = run.Younger;
        }

        return null;
    }

    private static int SizeOf(QueuedRun? node) => node?.Size ?? 0;

    private static QueuedRun Counted(QueuedRun node)
    {
        node.Size = SizeOf(node.Older) + SizeOf(node.Younger) + 1;
        return node;
    }

    private static (QueuedRun? Older, QueuedRun? Younger) Split(QueuedRun? node, QueuedRun at)
    {
        if (node is null)
        {
            return (null, null);
        }

        if (node.CompareAge(at) < 0)
        {
            var (older, younger) = Split(node.Younger, at);
            node.Younger = older;
            return (Counted(node), younger);
        }
        else
        {
            var (older, younger) = Split(node.Older, at);
            node.Older = younger;
            return (older, Counted(node));
        }
    }

    private static QueuedRun? Join(QueuedRun? older, QueuedRun? younger)
    {
        if (older is null || younger is null)
        {
            return older ?? younger;
        }

        if (older.Heap > younger.Heap)
        {
            older.Younger = Join(older.Younger, younger);
            return Counted(older);
        }

        younger.Older = Join(older, younger.Older);
        return Counted(younger);
    }

    private static QueuedRun? Without(QueuedRun? node, QueuedRun run)
    {
        if (node is null || node == run)
        {
            return Join(node?.Older, node?.Younger);
        }

        if (node.CompareAge(run) < 0)
        {
            node.Younger = Without(node.Younger, run);
        }
        else
        {
            node.Older = Without(node.Older, run);
        }

        return Counted(node);
    }
}
