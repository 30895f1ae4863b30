namespace Platform.Toolchains.Options;

/// <summary>Names that a mistyped one may have meant.</summary>
public static class Nearest
{
    /// <summary>The candidates with the smallest edit distance to <paramref name="name"/>, nearest first.</summary>
    public static IEnumerable<string> Names(string name, IEnumerable<string> candidates, int count) =>
        candidates.OrderBy(candidate => Distance(name, candidate.TrimStart('-'))).ThenBy(candidate => candidate, StringComparer.Ordinal).Take(count);

    private static int Distance(string a, string b)
    {
        var previous = Enumerable.Range(0, b.Length + 1).ToArray();
        for (int i = 0; i < a.Length; i++)
        {
            var current = new int[b.Length + 1];
            current[0] = i + 1;
            for (int j = 0; j < b.Length; j++)
            {
                int substitution = previous[j] + (a[i] == b[j] ? 0 : 1);
                current[j + 1] = Math.Min(substitution, Math.Min(previous[j + 1], current[j]) + 1);
            }

            previous = current;
        }

        return previous[^1];
    }
}
