namespace Platform.Store;

/// <summary>How much of a query's answer is wanted.</summary>
/// <param name="Limit">Documents at most, 1 to 10,000.</param>
/// <param name="Descending">Whether to go backwards.</param>
/// <param name="After">Where the page before ended.</param>
/// <param name="Offset">Documents to skip.</param>
public sealed record PageRequest(int Limit, bool Descending = false, IndexPosition? After = null, int Offset = 0)
{
    /// <summary>The largest page.</summary>
    public const int LargestLimit = 10_000;

    internal IndexRange Range(string index, string? from, string? to) =>
        new(index, from, to, Math.Clamp(Limit, 1, LargestLimit), Descending, After, Offset);
}
