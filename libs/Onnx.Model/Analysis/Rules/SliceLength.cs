namespace Onnx.Model.Analysis;

/// <summary>How many elements a slice of an axis has.</summary>
public static class SliceLength
{
    /// <summary>Start and end after negative numbers and clamping (ONNX Slice-13); for a known size.</summary>
    public static (long Start, long End) Clamp(long size, long start, long end, long step)
    {
        start = start < 0 ? Math.Max(start, -size) + size : start;
        end = end < 0 ? Math.Max(end, -size - 1) + size : end;
        return step > 0
            ? (Math.Clamp(start, 0, size), Math.Clamp(end, 0, size))
            : (Math.Clamp(start, 0, Math.Max(size - 1, 0)), Math.Clamp(end, -1, size - 1));
    }

    /// <summary>The number of elements, or null when it cannot be said.</summary>
    public static SymInt? Of(SymInt size, SymInt start, SymInt end, long step)
    {
        if (size.IsKnown && start.IsKnown && end.IsKnown)
        {
            var (from, to) = Clamp(size.Value, start.Value, end.Value, step);
            long span = step > 0 ? to - from : from - to;
            return span <= 0 || size.Value == 0 ? 0 : ((span - 1) / Math.Abs(step)) + 1;
        }

        return step > 0 ? Ascending(size, start, end, step) : null;
    }

    private static SymInt? Ascending(SymInt size, SymInt start, SymInt end, long step)
    {
        if (!size.IsKnown && start is { IsKnown: true, Value: >= 0 } && end is { IsKnown: true, Value: >= 0 and < int.MaxValue })
        {
            // A constant cut of an open axis is as long as it says only if the axis is long enough; nobody can tell before the run.
            return null;
        }

        var from = start is { IsKnown: true, Value: < 0 } ? size + start : start;
        var to = end switch
        {
            { IsKnown: true, Value: >= int.MaxValue } => size,
            { IsKnown: true, Value: < 0 } => size + end,
            _ => end,
        };
        bool sound = from is { IsKnown: true } || IsOffset(size, from);
        return sound && (to == size || IsOffset(size, to) || to.IsKnown) ? SymInt.CeilingDivide(to - from, step) : null;
    }

    // size - k with a small constant k: sound for every size that the slice makes sense for.
    private static bool IsOffset(SymInt size, SymInt value) => (size - value) is { IsKnown: true, Value: >= 0 };
}
