namespace Platform.Store;

/// <summary>
/// The order of keys in every adapter: that of their UTF-8 bytes. UTF-16 order differs from it where surrogates meet the
/// last characters of the basic plane.
/// </summary>
internal static class KeyOrder
{
    public static int Compare(string a, string b)
    {
        int length = Math.Min(a.Length, b.Length);
        for (int i = 0; i < length; i++)
        {
            if (a[i] != b[i])
            {
                return Rank(a[i]).CompareTo(Rank(b[i]));
            }
        }

        return a.Length.CompareTo(b.Length);
    }

    private static int Rank(char c) => char.IsSurrogate(c) ? c + 0x10000 : c;
}
