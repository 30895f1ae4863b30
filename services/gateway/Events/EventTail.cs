using Platform.ServiceDefaults;

namespace Platform.Gateway.Events;

/// <summary>
/// The end of an organization's log, kept in memory for those who follow it: a new event is read once, however many they are.
/// </summary>
/// <param name="read">Reads the log behind a place, in its order: a page that is full may not be all.</param>
/// <param name="page">Events in a full page.</param>
internal sealed class EventTail(Func<long, CancellationToken, Task<IReadOnlyList<LoggedEvent>>> read, int page)
{
    private const int Kept = 2000;

    private readonly Turn _turn = new();
    private readonly Lock _lock = new();
    private readonly List<LoggedEvent> _events = [];
    private long _asked;
    private long _served;

    /// <summary>Events behind a place, at most a page; none when the log ends there.</summary>
    public async Task<IReadOnlyList<LoggedEvent>> AfterAsync(long seq, CancellationToken cancellation)
    {
        if (Find(seq) is not { } known)
        {
            return Keep(await read(seq, cancellation));
        }

        if (known.Count > 0)
        {
            return known;
        }

        await LookAsync(cancellation);
        return Find(seq) ?? await read(seq, cancellation);
    }

    /// <summary>Keeps events that were appended behind what is kept, which then need not be read.</summary>
    public void Follow(IReadOnlyList<LoggedEvent> appended)
    {
        lock (_lock)
        {
            if (_events is [.., var last] && appended is [var first, ..] && first.Seq == last.Seq + 1)
            {
                Add(appended);
            }
        }
    }

    // Null where this is not known: before what is kept, or behind what the log held at the last look.
    private IReadOnlyList<LoggedEvent>? Find(long seq)
    {
        lock (_lock)
        {
            if (_events.Count == 0 || seq < _events[0].Seq - 1 || seq > _events[^1].Seq)
            {
                return null;
            }

            int first = _events.Count;
            while (first > 0 && _events[first - 1].Seq > seq)
            {
                first--;
            }

            return _events.GetRange(first, Math.Min(page, _events.Count - first));
        }
    }

    // Whoever asks while a look is under way needs the next one: the one under way may have read before what the asker heard of.
    private async Task LookAsync(CancellationToken cancellation)
    {
        long asked = Interlocked.Increment(ref _asked);
        await _turn.TakeAsync(cancellation);
        try
        {
            if (Volatile.Read(ref _served) < asked)
            {
                long upTo = Volatile.Read(ref _asked);
                Keep(await read(LastKept(), cancellation));
                Volatile.Write(ref _served, upTo);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private long LastKept()
    {
        lock (_lock)
        {
            return _events[^1].Seq;
        }
    }

    // Only a page that reaches the end of the log, or goes on from what is kept, is its tail.
    private IReadOnlyList<LoggedEvent> Keep(IReadOnlyList<LoggedEvent> found)
    {
        lock (_lock)
        {
            long last = _events.Count > 0 ? _events[^1].Seq : 0;
            if (found.Count > 0 && found[^1].Seq > last && (found[0].Seq <= last + 1 || found.Count < page))
            {
                if (found[0].Seq > last + 1)
                {
                    _events.Clear();
                }

                Add(found.Where(entry => entry.Seq > last));
            }
        }

        return found;
    }

    private void Add(IEnumerable<LoggedEvent> behind)
    {
        _events.AddRange(behind);
        _events.RemoveRange(0, Math.Max(0, _events.Count - Kept));
    }
}
