using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Platform.Contracts.Hub.V1;
using Platform.ServiceDefaults;
using Platform.Store.Memory;
using Platform.Store.Mongo;
using Platform.Store.Sqlite;

namespace Platform.Store;

/// <summary>Which store a service keeps its documents in (configuration section <c>Store</c>, or <c>SERVICE:Store</c> for one service).</summary>
public sealed class StoreOptions
{
    /// <summary>sqlite, mongodb or memory.</summary>
    public string Kind { get; set; } = "sqlite";

    /// <summary>Address of MongoDB's replica set, <c>mongodb://...</c>.</summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>Prefix of MongoDB's database names; the service's name follows it.</summary>
    public string DatabasePrefix { get; set; } = "hub_";

    /// <summary>Folder of the database files.</summary>
    public string Folder { get; set; } = "/var/lib/hub";
}

/// <summary>Gives each service a store of its own.</summary>
public static class StoreHosting
{
    /// <summary>Adds the store of one service under its name, its place in a backup, and the translation of store errors.</summary>
    public static IServiceCollection AddDocumentStore(this IServiceCollection services, string service, int backupOrder)
    {
        services.AddSingleton(provider => new BackupSource(backupOrder, (folder, cancellation) => BackUpAsync(provider.GetRequiredKeyedService<IDocumentStore>(service), Path.Combine(folder, service + ".db"), cancellation)));
        services.AddKeyedSingleton(service, (provider, _) => Create(provider.GetRequiredService<IConfiguration>(), service));
        services.AddSingleton(Translator);
        return services;
    }

    private static Task BackUpAsync(IDocumentStore store, string path, CancellationToken cancellation) => store is SqliteStore sqlite
        ? sqlite.BackupAsync(path, cancellation)
        : throw new FailureException(FailureCode.ArgumentInvalid, "only an embedded host with databases in files can be copied; others have the tools of their database");

    private static ExceptionTranslator Translator { get; } = new(error => error switch
    {
        StoreException { Problem: StoreProblem.Full } => Failures.Of(FailureCode.DiskFull, "the database's disk is full: nothing was written"),
        StoreException store => Failures.Of(FailureCode.StoreUnavailable, store.Message),
        _ => null,
    });

    private static IDocumentStore Create(IConfiguration configuration, string service)
    {
        var options = configuration.GetSection($"{service}:Store").Get<StoreOptions>() ?? configuration.GetSection("Store").Get<StoreOptions>() ?? new StoreOptions();
        return options.Kind switch
        {
            "sqlite" => new SqliteStore(new SqliteStoreOptions(Path.Combine(Directory.CreateDirectory(options.Folder).FullName, service + ".db"))),
            "mongodb" => new MongoStore(new MongoStoreOptions(options.ConnectionString, options.DatabasePrefix + service)),
            "memory" => new MemoryStore(),
            _ => throw new OptionsValidationException("Store", typeof(StoreOptions), [$"Store:Kind is '{options.Kind}'; it must be sqlite, mongodb or memory"]),
        };
    }
}
