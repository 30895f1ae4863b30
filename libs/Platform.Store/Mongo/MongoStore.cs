using MongoDB.Bson;
using MongoDB.Driver;

namespace Platform.Store.Mongo;

/// <summary>
/// Documents in MongoDB: operations on one document only, acknowledged by a majority and their journals. Neither transactions nor
/// partial indexes are used.
/// </summary>
public sealed class MongoStore : IDocumentStore
{
    private readonly MongoClient _client;
    private readonly IMongoDatabase _database;
    private readonly Dictionary<string, MongoTable> _tables = new(StringComparer.Ordinal);

    /// <summary>Prepares the connection; nothing is asked of the server yet.</summary>
    /// <exception cref="StoreException">UNREADABLE: the connection string is none.</exception>
    public MongoStore(MongoStoreOptions options)
    {
        _client = new MongoClient(Settings(options));
        _database = _client.GetDatabase(options.Database);
    }

    /// <inheritdoc/>
    public async Task OpenAsync(IReadOnlyList<CollectionSchema> collections, CancellationToken cancellation)
    {
        foreach (var schema in collections)
        {
            var table = new MongoTable(_database.GetCollection<BsonDocument>(schema.Name), schema);
            await MongoErrors.GuardAsync(() => table.MigrateAsync(cancellation));
            _tables[schema.Name] = table;
        }
    }

    /// <inheritdoc/>
    public Task<InsertOutcome> InsertAsync(string collection, StoredDocument document, CancellationToken cancellation) =>
        MongoErrors.GuardAsync(() => _tables[collection].InsertAsync(document, cancellation));

    /// <inheritdoc/>
    public Task<IReadOnlyList<InsertOutcome>> InsertManyAsync(string collection, IReadOnlyList<StoredDocument> documents, CancellationToken cancellation) =>
        MongoErrors.GuardAsync(() => _tables[collection].InsertManyAsync(documents, cancellation));

    /// <inheritdoc/>
    public Task<StoredDocument?> GetAsync(string collection, string id, CancellationToken cancellation) =>
        MongoErrors.GuardAsync(() => _tables[collection].GetAsync(id, cancellation));

    /// <inheritdoc/>
    public Task<ReplaceOutcome> ReplaceIfVersionAsync(string collection, StoredDocument document, long expectedVersion, CancellationToken cancellation) =>
        MongoErrors.GuardAsync(() => _tables[collection].ReplaceAsync(document, expectedVersion, cancellation));

    /// <inheritdoc/>
    public Task<DocumentPage> QueryAsync(string collection, IndexRange range, CancellationToken cancellation) =>
        MongoErrors.GuardAsync(() => _tables[collection].QueryAsync(range, cancellation));

    /// <inheritdoc/>
    public Task<bool> DeleteAsync(string collection, string id, long expectedVersion, CancellationToken cancellation) =>
        MongoErrors.GuardAsync(() => _tables[collection].DeleteAsync(id, expectedVersion, cancellation));

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    private static MongoClientSettings Settings(MongoStoreOptions options)
    {
        try
        {
            var settings = MongoClientSettings.FromConnectionString(options.ConnectionString);
            settings.WriteConcern = WriteConcern.WMajority.With(journal: true);
            settings.ReadConcern = ReadConcern.Majority;
            settings.ReadPreference = ReadPreference.Primary;
            settings.ServerSelectionTimeout = options.Patience;
            settings.ConnectTimeout = options.Patience;
            return settings;
        }
        catch (MongoConfigurationException error)
        {
            // The text of the error may repeat the password.
            throw new StoreException(StoreProblem.Unreadable, $"Store:ConnectionString is no MongoDB address ({error.GetType().Name}): write mongodb://host1,host2/?replicaSet=name");
        }
    }
}
