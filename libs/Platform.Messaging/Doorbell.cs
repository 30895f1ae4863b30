using MassTransit;
using Microsoft.Extensions.Logging;

namespace Platform.Messaging;

/// <summary>Rings doorbells. A bell that cannot be rung is logged and forgotten: the periodic scan finds what is due.</summary>
public sealed partial class Doorbell
{
    private static readonly TimeSpan s_longestRing = TimeSpan.FromSeconds(2);

    private readonly Func<object, CancellationToken, Task> _publish;
    private readonly ILogger<Doorbell> _logger;
    private readonly TimeProvider _clock;

    /// <summary>Rings over a bus.</summary>
    /// <param name="bus">The bus.</param>
    /// <param name="logger">Logger.</param>
    /// <param name="clock">The clock, which bounds a ring.</param>
    public Doorbell(IBus bus, ILogger<Doorbell> logger, TimeProvider clock)
        : this(bus.Publish, logger, clock)
    {
    }

    internal Doorbell(Func<object, CancellationToken, Task> publish, ILogger<Doorbell> logger, TimeProvider clock) => (_publish, _logger, _clock) = (publish, logger, clock);

    /// <summary>Publishes a doorbell and does not wait for it: a bus that is away must not slow down whoever has work to do.</summary>
    /// <typeparam name="T">A record of <c>Platform.Contracts.Messages</c>.</typeparam>
    public void Ring<T>(T message)
        where T : class => _ = RingAsync(message);

    /// <summary>Publishes a doorbell; never throws, never waits longer than two seconds.</summary>
    /// <typeparam name="T">A record of <c>Platform.Contracts.Messages</c>.</typeparam>
    public async Task RingAsync<T>(T message)
        where T : class
    {
        using var bound = new CancellationTokenSource(s_longestRing, _clock);
        try
        {
            await _publish(message, bound.Token);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // A connection that breaks during a publish throws the client library's own: whoever rings must survive every kind.
            NotRung(_logger, typeof(T).Name, error);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The doorbell {Message} was not rung; the scan will find the work")]
    private static partial void NotRung(ILogger logger, string message, Exception error);
}
