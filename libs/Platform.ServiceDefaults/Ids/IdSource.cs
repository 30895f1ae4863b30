namespace Platform.ServiceDefaults;

/// <summary>The one source of identifiers: a letter for the kind and eight characters of [a-z0-9] (architecture 4).</summary>
/// <param name="random">Randomness.</param>
public sealed class IdSource(RandomSource random)
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
    private const int Length = 8;

    /// <summary>A new identifier; its uniqueness is checked when its document is inserted.</summary>
    /// <param name="kind">j job, m model, d dataset, o organization, t token, u upload, b blob ...</param>
    public string New(char kind)
    {
        Span<char> id = stackalloc char[Length + 1];
        id[0] = kind;
        for (int i = 1; i <= Length;)
        {
            foreach (byte value in random.Bytes(Length))
            {
                // 252 is the largest multiple of 36 in a byte: what lies above would favour the first letters.
                if (value < 252 && i <= Length)
                {
                    id[i++] = Alphabet[value % Alphabet.Length];
                }
            }
        }

        return id.ToString();
    }
}
