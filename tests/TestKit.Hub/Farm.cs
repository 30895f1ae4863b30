using MongoDB.Bson;
using MongoDB.Driver;
using TestKit.Servers;

namespace TestKit.Hub;

/// <summary>
/// The hub as separate processes: two gateways, two device brokers, two artifact services, compilers and farm hosts, over RabbitMQ, a
/// MongoDB server and an S3 server, with twenty simulated devices. Calls go to the gateways, brokers and artifact services in turn.
/// </summary>
internal sealed class Farm : IAsyncDisposable
{
    /// <summary>What services show each other.</summary>
    public const string ServiceToken = "the-services-of-the-test-farm";

    /// <summary>A folder as build/publish-services.sh fills it, to run what the images hold; null for what the solution's build left.</summary>
    public static string? Published { get; set; } = HubProcess.Compiled("services");

    private readonly TempFolder _folder = new();
    private readonly List<IAsyncDisposable> _servers = [];
    private readonly Dictionary<string, FarmProcess> _processes = [];
    private readonly Dictionary<string, (int Http, int Grpc)> _ports = [];
    private readonly Dictionary<(string From, string To), TcpProxy> _links = [];
    private readonly string _runners;
    private readonly FarmPlan _plan;
    private string _mongo = "";

    private Farm(string runners, FarmPlan plan)
    {
        (_runners, _plan) = (runners, plan);
        Simulated = new SimulatedRunners(_folder.File("simulated"), runners, plan.FaultySteps);
    }

    public RabbitServer Rabbit { get; private set; } = null!;

    /// <summary>The runner programs of the farm hosts, and of the build nodes where steps are faulty.</summary>
    public SimulatedRunners Simulated { get; }

    /// <summary>Every service.</summary>
    public IReadOnlyCollection<FarmProcess> Processes => _processes.Values;

    /// <summary>A service by its name: <c>gateway0</c>, <c>broker1</c>, <c>compiler2</c>, <c>host0</c> ...</summary>
    public FarmProcess this[string name] => _processes[name];

    /// <summary>Ports of a service: <c>gateway0</c>, <c>gateway1</c>, <c>artifact0</c> ...</summary>
    public (int Http, int Grpc) PortsOf(string service) => _ports[service];

    /// <summary>The proxy on the way from a service to another one or to <c>mongo</c>.</summary>
    public TcpProxy Link(string from, string to) => _links[(from, to)];

    /// <summary>Links of a service, both ways.</summary>
    public IEnumerable<TcpProxy> LinksOf(string service) => _links.Where(link => link.Key.From == service || link.Key.To == service).Select(link => link.Value);

    /// <summary>Every link.</summary>
    public IEnumerable<TcpProxy> Links => _links.Values;

    public string File(string name) => _folder.File(name);

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
    public static async Task<Farm> StartAsync(string runners, string profile, FarmPlan? plan = null)
    {
        var farm = new Farm(runners, plan ?? new FarmPlan());
        try
        {
            await farm.StartServicesAsync(profile);
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
        // A stopped process ends like any other: by kill -9.
        foreach (var process in _processes.Values.Reverse())
        {
            await process.DisposeAsync();
        }

        foreach (var link in _links.Values)
        {
            await link.DisposeAsync();
        }

        foreach (var server in Enumerable.Reverse(_servers))
        {
            await server.DisposeAsync();
        }

        _folder.Dispose();
    }

    private async Task StartServicesAsync(string profile)
    {
        var s3 = await StartServersAsync();
        string[] nodes = [.. Enumerable.Range(0, _plan.Compilers).Select(i => $"compiler{i}")];
        string[] hosts = [.. Enumerable.Range(0, _plan.Hosts).Select(i => $"host{i}")];
        string[] services = [.. new[] { "artifact", "broker", "gateway" }.SelectMany(service => Enumerable.Range(0, _plan.Replicas).Select(i => $"{service}{i}"))];
        foreach (string service in services.Concat(nodes).Concat(hosts))
        {
            _ports[service] = (FreePort.Find(), FreePort.Find());
        }

        for (int i = 0; i < _plan.Replicas; i++)
        {
            await StartAsync("Platform.Artifact", $"artifact{i}", i, new()
            {
                ["Artifact:S3:Endpoint"] = s3.Endpoint,
                ["Artifact:S3:AccessKey"] = s3.AccessKey,
                ["Artifact:S3:SecretKey"] = s3.SecretKey,
                ["Artifact:S3:Bucket"] = $"farm-{_ports["gateway0"].Grpc}",
                ["Artifact:S3:CreateBucket"] = "true",
                ["Artifact:PublicUrl"] = $"http://127.0.0.1:{_ports[$"artifact{i}"].Http}",
            });
        }

        for (int i = 0; i < _plan.Replicas; i++)
        {
            await StartAsync("Platform.DeviceBroker", $"broker{i}", i, []);
        }

        for (int i = 0; i < _plan.Replicas; i++)
        {
            await StartAsync("Platform.Gateway", $"gateway{i}", i, i > 0 ? [] : new()
            {
                ["Gateway:LocalOrganization"] = "local", ["Gateway:ClientProfile"] = profile, ["Gateway:PublicGrpcUrl"] = $"http://127.0.0.1:{_ports["gateway0"].Grpc}",
            });
        }

        await Task.WhenAll(
            nodes.Select((node, i) => StartAsync("Platform.Compiler", node, i, new()
            {
                ["Compiler:NodeId"] = $"c{i}", ["Compiler:Name"] = $"c{i}", ["Compiler:WorkFolder"] = _folder.File($"work{i}"), ["Compiler:Runners"] = _plan.FaultySteps ? Simulated.Folder : _runners, ["Compiler:Gate"] = _folder.File("gate"),
            })).Concat(hosts.Select((host, i) => StartAsync("Platform.ProfilerWorker", host, i, new()
            {
                ["Worker:HostId"] = $"h{i}", ["Worker:Name"] = $"h{i}", ["Worker:WorkFolder"] = _folder.File($"runs{i}"), ["Worker:Runners"] = Simulated.Folder, ["Worker:Gate"] = _folder.File("gate"),
                ["Worker:Unplugged"] = Directory.CreateDirectory(_folder.File("unplugged")).FullName,
                ["Worker:Simulated"] = $"{(_plan.Devices + _plan.Hosts - 1 - i) / _plan.Hosts}",
            }))));
    }

    private async Task<S3Server> StartServersAsync()
    {
        Rabbit = await RabbitServer.StartAsync(_folder.File("rabbit"));
        _servers.Add(Rabbit);
        var mongo = await MongoServer.StartAsync();
        _servers.Add(mongo);
        _mongo = mongo.ConnectionString;
        var s3 = await S3Server.StartAsync(_folder.File("s3"));
        _servers.Add(s3);
        return s3;
    }

    private async Task StartAsync(string project, string name, int turn, Dictionary<string, string> own)
    {
        var (http, grpc) = _ports[name];
        var settings = new Dictionary<string, string>(_plan.Settings)
        {
            ["ServiceIdentity:Token"] = ServiceToken,
            ["Store:Kind"] = "mongodb",
            ["Store:ConnectionString"] = ThroughProxy(name, "mongo", new Uri(_mongo)),
            ["Store:DatabasePrefix"] = DatabasePrefix,
            ["Bus:Kind"] = "rabbitmq",
            ["Bus:ConnectionString"] = Rabbit.ConnectionString,
            ["Listen:Http"] = $"{http}",
            ["Listen:Grpc"] = $"{grpc}",
            ["contentRoot"] = _folder.File(name),
        };
        foreach (string service in new[] { "gateway", "broker", "artifact" })
        {
            string other = $"{service}{turn % _plan.Replicas}";
            settings[$"Services:{char.ToUpperInvariant(service[0])}{service[1..]}"] = ThroughProxy(name, other, new Uri($"http://127.0.0.1:{_ports[other].Grpc}")).TrimEnd('/');
        }

        foreach (var (key, value) in own)
        {
            settings[key] = value;
        }

        var process = new FarmProcess(name, project, settings, HubProcess.Environ(_folder.Path));
        lock (_processes)
        {
            _processes[name] = process;
        }

        await process.StartAsync();
    }

    private string ThroughProxy(string from, string to, Uri address)
    {
        if (!_plan.Proxied || from == to)
        {
            return address.ToString();
        }

        var link = new TcpProxy(address.Port);
        lock (_links)
        {
            _links[(from, to)] = link;
        }

        return new UriBuilder(address) { Port = link.Port }.Uri.ToString();
    }
}
