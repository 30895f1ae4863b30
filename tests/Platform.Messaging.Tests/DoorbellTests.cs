using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Platform.Contracts.Messages;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;
using TestKit;
using TestKit.Servers;

namespace Platform.Messaging.Tests;

/// <summary>One broker for all tests of a class.</summary>
public sealed class RabbitFixture : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private Task<RabbitServer>? _server;

    public async Task<string> AddressAsync() => (await (_server ??= RabbitServer.StartAsync(_folder.File("rabbit")))).ConnectionString;

    public async ValueTask DisposeAsync()
    {
        if (_server is { IsCompletedSuccessfully: true })
        {
            await (await _server).DisposeAsync();
        }

        _folder.Dispose();
    }
}

/// <summary>Doorbells between hosts: all who listen hear, and a broker that is away costs a ring, never more.</summary>
public sealed class DoorbellTests(RabbitFixture fixture) : IClassFixture<RabbitFixture>
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Ring_OverRabbitMq_IsHeardByEveryListener()
    {
        var first = new Ear();
        var second = new Ear();
        string address = await fixture.AddressAsync();
        using var one = await StartAsync(address, first, "one");
        using var two = await StartAsync(address, second, "two");
        var message = new JobsChanged([new JobChange("o1", "j1")]);
        await RingUntilHeardAsync(one, message, first, second);

        Assert.Equal(message.Jobs, (await first.Heard.Task).Jobs);
        Assert.Equal(message.Jobs, (await second.Heard.Task).Jobs);
    }

    [Fact]
    public async Task Ring_WhileTheConnectionBreaks_NeverThrows()
    {
        var broken = new Exception[] { new AlreadyClosedException(new ShutdownEventArgs(ShutdownInitiator.Library, 541, "reset by peer")), new IOException(), new OperationCanceledException(), new ObjectDisposedException("bus") };
        int rung = 0;
        var doorbell = new Doorbell((_, _) => throw broken[rung++], NullLogger<Doorbell>.Instance, TimeProvider.System);
        while (rung < broken.Length)
        {
            await doorbell.RingAsync(new RunWorkAvailable());
        }
    }

    [Fact]
    public async Task Queues_AreQuorumQueuesThatExpire()
    {
        var ear = new Ear();
        string address = await fixture.AddressAsync();
        using var host = await StartAsync(address, ear, "three");
        await RingUntilHeardAsync(host, new JobsChanged([new JobChange("o", "j")]), ear);

        await using var connection = await new ConnectionFactory { Uri = new Uri(address) }.CreateConnectionAsync(TestContext.Current.CancellationToken);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: TestContext.Current.CancellationToken);

        // Declaring a queue that is there with other arguments is an error.
        await channel.QueueDeclareAsync(
            "hub.JobsChanged.three", durable: true, exclusive: false, autoDelete: false,
            new Dictionary<string, object?> { ["x-queue-type"] = "quorum", ["x-expires"] = (long)TimeSpan.FromMinutes(10).TotalMilliseconds }, cancellationToken: TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Ring_ThatNobodyCouldHandle_LiesInTheOneDeadLetterQueue_AndIsHeardWhenReplayed()
    {
        string address = await fixture.AddressAsync();
        var ear = new Ear { Deaf = true };
        using var host = await StartAsync(address, ear, "four");
        var letters = host.Services.GetRequiredService<DeadLetters>();
        await using var connection = await new ConnectionFactory { Uri = new Uri(address) }.CreateConnectionAsync(TestContext.Current.CancellationToken);
        var message = new JobsChanged([new JobChange("o1", "dead")]);
        await RingUntilAsync(host, message, async () => await DeadAsync(connection) > 0);

        // It outlives the process and whoever looks: declaring it with an expiration would be an error.
        await using (var channel = await connection.CreateChannelAsync(cancellationToken: TestContext.Current.CancellationToken))
        {
            await channel.QueueDeclareAsync(
                DeadLetters.Queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" }, cancellationToken: TestContext.Current.CancellationToken);
        }

        ear.Deaf = false;
        var (replayed, dropped) = await letters.ReplayAsync(0, TestContext.Current.CancellationToken);
        Assert.True(replayed > 0 && dropped == 0, $"{replayed} replayed, {dropped} dropped");
        Assert.Equal(message.Jobs, (await ear.Heard.Task.WaitAsync(s_patience, TestContext.Current.CancellationToken)).Jobs);
    }

    [Fact]
    public async Task Replay_OfAMessageWhoseQueueIsGone_DropsIt()
    {
        string address = await fixture.AddressAsync();
        await using var connection = await new ConnectionFactory { Uri = new Uri(address) }.CreateConnectionAsync(TestContext.Current.CancellationToken);
        var ear = new Ear { Deaf = true };
        using (var host = await StartAsync(address, ear, "five"))
        {
            long before = await DeadAsync(connection);
            await RingUntilAsync(host, new JobsChanged([new JobChange("o1", "gone")]), async () => await DeadAsync(connection) > before);
            await host.StopAsync(TestContext.Current.CancellationToken);
        }

        await using (var channel = await connection.CreateChannelAsync(cancellationToken: TestContext.Current.CancellationToken))
        {
            await channel.QueueDeleteAsync("hub.JobsChanged.five", cancellationToken: TestContext.Current.CancellationToken);
        }

        var (_, dropped) = await new DeadLetters(new BusOptions { Kind = "rabbitmq", ConnectionString = address }).ReplayAsync(0, TestContext.Current.CancellationToken);
        Assert.True(dropped > 0);
        Assert.Equal(0, await DeadAsync(connection));
    }

    [Fact]
    public async Task Ring_BrokerAway_ReturnsAndTheHostHasStarted()
    {
        using var host = await StartAsync("amqp://guest:guest@127.0.0.1:1/", new Ear(), "one");
        await host.Services.GetRequiredService<Doorbell>().RingAsync(new JobsChanged([new JobChange("o", "j")])).WaitAsync(s_patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Add_UnknownKind_IsRefused()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Bus:Kind"] = "pigeons" }).Build();
        var error = Assert.Throws<OptionsValidationException>(() => new ServiceCollection().AddDoorbells(configuration));
        Assert.Contains("pigeons", error.Message, StringComparison.Ordinal);
    }

    private static async Task<IHost> StartAsync(string address, Ear ear, string instance)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Bus:Kind"] = "rabbitmq", ["Bus:ConnectionString"] = address, ["Bus:Instance"] = instance });
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddDoorbells(builder.Configuration);
        builder.Services.AddDoorbellListener<JobsChanged>(provider => ear.Hear);
        var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return host;
    }

    // Queues are bound while a host starts, which nothing waits for: rung until heard, as scans would.
    private static Task RingUntilHeardAsync(IHost host, JobsChanged message, params Ear[] ears) =>
        RingUntilAsync(host, message, () => Task.FromResult(Array.TrueForAll(ears, ear => ear.Heard.Task.IsCompleted)));

    private static async Task RingUntilAsync(IHost host, JobsChanged message, Func<Task<bool>> enough)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        bound.CancelAfter(s_patience);
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (!await enough())
        {
            await host.Services.GetRequiredService<Doorbell>().RingAsync(message);
            await again.WaitForNextTickAsync(bound.Token);
        }
    }

    // A look on a channel of its own: asking for a queue that is not there closes it.
    private static async Task<long> DeadAsync(IConnection connection)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: TestContext.Current.CancellationToken);
        try
        {
            return (await channel.QueueDeclarePassiveAsync(DeadLetters.Queue, TestContext.Current.CancellationToken)).MessageCount;
        }
        catch (RabbitMQ.Client.Exceptions.OperationInterruptedException)
        {
            return 0;
        }
    }

    private sealed class Ear
    {
        public bool Deaf { get; set; }

        public TaskCompletionSource<JobsChanged> Heard { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Hear(JobsChanged message)
        {
            if (Deaf)
            {
                throw new InvalidOperationException("deaf");
            }

            Heard.TrySetResult(message);
        }
    }
}
