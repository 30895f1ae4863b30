namespace Platform.Messaging;

/// <summary>The bus that carries doorbells (configuration section <c>Bus</c>).</summary>
public sealed class BusOptions
{
    /// <summary>memory: inside one process; rabbitmq: between processes.</summary>
    public string Kind { get; set; } = "memory";

    /// <summary>Address of RabbitMQ, <c>amqp://user:password@host:port/virtual-host</c>; never logged.</summary>
    public string ConnectionString { get; set; } = "amqp://guest:guest@localhost:5672/";

    /// <summary>Name of this process in the names of its queues, <c>hub.DOORBELL.INSTANCE</c>; no two processes may share it.</summary>
    public string Instance { get; set; } = ProcessName.Text;

    /// <summary>Doorbells taken at once by a process; hearing one takes microseconds.</summary>
    public ushort Prefetch { get; set; } = 64;

    /// <summary>How long the queue of a process that is gone is kept.</summary>
    public TimeSpan QueueExpiration { get; set; } = TimeSpan.FromMinutes(10);
}
