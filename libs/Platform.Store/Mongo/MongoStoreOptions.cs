namespace Platform.Store.Mongo;

/// <summary>Where documents are kept in MongoDB.</summary>
/// <param name="ConnectionString">Address of the replica set, <c>mongodb://...</c>; may hold credentials, and is never logged.</param>
/// <param name="Database">Database of one service; nobody else reads it.</param>
public sealed record MongoStoreOptions(string ConnectionString, string Database)
{
    /// <summary>How long a call looks for the primary before it says that the store is out of reach.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);
}
