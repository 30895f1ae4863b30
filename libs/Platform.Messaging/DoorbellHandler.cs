using MassTransit;

namespace Platform.Messaging;

/// <summary>Passes a doorbell on to those in this process who listen for it.</summary>
/// <typeparam name="T">A record of <c>Platform.Contracts.Messages</c>.</typeparam>
internal sealed class DoorbellConsumer<T>(IEnumerable<DoorbellListener<T>> listeners) : IConsumer<T>
    where T : class
{
    public Task Consume(ConsumeContext<T> context)
    {
        foreach (var listener in listeners)
        {
            listener.Heard(context.Message);
        }

        return Task.CompletedTask;
    }
}

/// <summary>Someone who listens for a doorbell; hearing it takes microseconds, the work is done elsewhere.</summary>
/// <typeparam name="T">A record of <c>Platform.Contracts.Messages</c>.</typeparam>
/// <param name="Heard">Called for each doorbell.</param>
public sealed record DoorbellListener<T>(Action<T> Heard)
    where T : class;
