namespace Platform.Store;

/// <summary>Inserts in order until one is a duplicate.</summary>
internal static class Ordered
{
    public static IReadOnlyList<InsertOutcome> Insert(IReadOnlyList<StoredDocument> documents, Func<StoredDocument, InsertOutcome> insert)
    {
        var outcomes = new List<InsertOutcome>(documents.Count);
        foreach (var document in documents)
        {
            outcomes.Add(insert(document));
            if (!outcomes[^1].Inserted)
            {
                break;
            }
        }

        return outcomes;
    }
}
