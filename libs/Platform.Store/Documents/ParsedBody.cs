namespace Platform.Store;

/// <summary>What a document's bytes say, parsed once for as long as an adapter keeps the document. Says nothing about equality: the bytes do.</summary>
internal sealed class ParsedBody : IEquatable<ParsedBody>
{
    private Entry? _last;

    /// <summary>The value of a body; immutable, so that all who read it can share it.</summary>
    public T Of<T>(ReadOnlyMemory<byte> body, Func<ReadOnlyMemory<byte>, T> parse)
        where T : class
    {
        // A copy of a document made with another body shares this object.
        if (Volatile.Read(ref _last) is { Value: T known } last && last.Body.Equals(body))
        {
            return known;
        }

        var value = parse(body);
        Volatile.Write(ref _last, new Entry(body, value));
        return value;
    }

    public bool Equals(ParsedBody? other) => other is not null;

    public override bool Equals(object? obj) => obj is ParsedBody;

    public override int GetHashCode() => 0;

    private sealed record Entry(ReadOnlyMemory<byte> Body, object Value);
}
