using MongoDB.Bson;
using MongoDB.Driver;
using TestKit;
using TestKit.Servers;

namespace Platform.Host.Tests.Hosting;

/// <summary>
/// The hub as separate processes: two gateways, two device brokers, two artifact services, compilers and farm hosts, over RabbitMQ, a
/// MongoDB server and an S3 server, with twenty simulated devices. Calls go to the gateways, brokers and artifact services in turn.
/// </summary>
internal sealed class Farm : IAsyncDisposable
{
    private const int Compilers = 3;
    private const int Hosts = 3;
    private const int SimulatedDevices = 20;

    /// <summary>What services show each other.</summary>
    public const string ServiceToken = "the-services-of-the-test-farm";

    private readonly TempFolder _folder = new();
    private readonly List<IAsyncDisposable> _processes = [];
    private readonly Dictionary<string, (int Http, int Grpc)> _ports = [];
    private readonly string _runners;
    private string _mongo = "";

    private Farm(string runners) => _runners = runners;

    /// <summary>Ports of a service: <c>gateway0</c>, <c>gateway1</c>, <c>artifact0</c> ...</summary>
    public (int Http, int Grpc) PortsOf(string service) => _ports[service];

    private string DatabasePrefix => $"farm_{_ports["gateway0"].Grpc}_";

    /// <summary>Every document of every service, as text.</summary>
    public async IAsyncEnumerable<string> DocumentsAsync()
    {
        using var client = new MongoClient(_mongo);
        foreach (string name in (await (await client.ListDatabaseNamesAsync()).ToListAsync()).Where(name => name.StartsWith(DatabasePrefix, StringComparison.Ordinal)))
        {
            var database = client.GetDatabase(name);
            foreach (string collection in await (await database.ListCollectionNamesAsync()).ToListAsync())
            {
                foreach (var document in await database.GetCollection<BsonDocument>(collection).Find(FilterDefinition<BsonDocument>.Empty).ToListAsync())
                {
                    yield return document.ToString();
                }
            }
        }
    }

    /// <summary>Starts everything; ends what has been started when something does not start.</summary>
    public static async Task<Farm> StartAsync(string runners, string profile, IReadOnlyDictionary<string, string> settings)
    {
        var farm = new Farm(runners);
        try
        {
            await farm.StartServicesAsync(profile, settings);
            return farm;
        }
        catch
        {
            await farm.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Enumerable.Reverse(_processes))
        {
            await process.DisposeAsync();
        }

        _folder.Dispose();
    }

    private async Task StartServicesAsync(string profile, IReadOnlyDictionary<string, string> settings)
    {
        var rabbit = await RabbitServer.StartAsync(_folder.File("rabbit"));
        _processes.Add(rabbit);
        var mongo = await MongoServer.StartAsync();
        _processes.Add(mongo);
        _mongo = mongo.ConnectionString;
        var s3 = await S3Server.StartAsync(_folder.File("s3"));
        _processes.Add(s3);
        foreach (string service in new[] { "artifact0", "artifact1", "broker0", "broker1", "gateway0", "gateway1" }
            .Concat(Enumerable.Range(0, Compilers).Select(i => $"compiler{i}")).Concat(Enumerable.Range(0, Hosts).Select(i => $"host{i}")))
        {
            _ports[service] = (FreePort.Find(), FreePort.Find());
        }

        Dictionary<string, string> common = new(settings)
        {
            ["ServiceIdentity:Token"] = ServiceToken,
            ["Store:Kind"] = "mongodb",
            ["Store:ConnectionString"] = mongo.ConnectionString,
            ["Store:DatabasePrefix"] = DatabasePrefix,
            ["Bus:Kind"] = "rabbitmq",
            ["Bus:ConnectionString"] = rabbit.ConnectionString,
        };
        for (int i = 0; i < 2; i++)
        {
            await StartAsync("Platform.Artifact", $"artifact{i}", i, common, new()
            {
                ["Artifact:S3:Endpoint"] = s3.Endpoint,
                ["Artifact:S3:AccessKey"] = s3.AccessKey,
                ["Artifact:S3:SecretKey"] = s3.SecretKey,
                ["Artifact:S3:Bucket"] = $"farm-{_ports["gateway0"].Grpc}",
                ["Artifact:S3:CreateBucket"] = "true",
                ["Artifact:PublicUrl"] = $"http://127.0.0.1:{_ports[$"artifact{i}"].Http}",
            });
        }

        await StartAsync("Platform.DeviceBroker", "broker0", 0, common, []);
        await StartAsync("Platform.DeviceBroker", "broker1", 1, common, []);
        await StartAsync("Platform.Gateway", "gateway0", 0, common, new()
        {
            ["Gateway:LocalOrganization"] = "local", ["Gateway:ClientProfile"] = profile, ["Gateway:PublicGrpcUrl"] = $"http://127.0.0.1:{_ports["gateway0"].Grpc}",
        });
        await StartAsync("Platform.Gateway", "gateway1", 1, common, []);
        var simulated = new SimulatedRunners(_folder.File("simulated"), _runners);
        await Task.WhenAll(
            Enumerable.Range(0, Compilers).Select(i => StartAsync("Platform.Compiler", $"compiler{i}", i, common, new()
            {
                ["Compiler:NodeId"] = $"c{i}", ["Compiler:WorkFolder"] = _folder.File($"work{i}"), ["Compiler:Runners"] = _runners, ["Compiler:Gate"] = _folder.File("gate"),
            })).Concat(Enumerable.Range(0, Hosts).Select(i => StartAsync("Platform.ProfilerWorker", $"host{i}", i, common, new()
            {
                ["Worker:HostId"] = $"h{i}", ["Worker:WorkFolder"] = _folder.File($"runs{i}"), ["Worker:Runners"] = simulated.Folder, ["Worker:Gate"] = _folder.File("gate"),
                ["Worker:Simulated"] = $"{(SimulatedDevices + Hosts - 1 - i) / Hosts}",
            }))));
        await mongo.IndexVersionsAsync(DatabasePrefix);
    }

    private async Task StartAsync(string project, string name, int turn, Dictionary<string, string> common, Dictionary<string, string> own)
    {
        var (http, grpc) = _ports[name];
        var settings = new Dictionary<string, string>(common)
        {
            ["Listen:Http"] = $"{http}",
            ["Listen:Grpc"] = $"{grpc}",
            ["Services:Gateway"] = $"http://127.0.0.1:{_ports[$"gateway{turn % 2}"].Grpc}",
            ["Services:Broker"] = $"http://127.0.0.1:{_ports[$"broker{turn % 2}"].Grpc}",
            ["Services:Artifact"] = $"http://127.0.0.1:{_ports[$"artifact{turn % 2}"].Grpc}",
        };
        foreach (var (key, value) in own)
        {
            settings[key] = value;
        }

        string work = Directory.CreateDirectory(_folder.File(name)).FullName;
        var process = await ServerProcess.StartAsync(
            Path.Combine(HubProcess.Binaries(project), project), settings.Select(pair => $"--{pair.Key}={pair.Value}").Append($"--contentRoot={work}"), "Application started", HubProcess.Environ(_folder.Path));
        lock (_processes)
        {
            _processes.Add(process);
        }
    }
}
