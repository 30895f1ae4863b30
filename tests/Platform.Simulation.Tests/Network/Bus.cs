using Platform.Messaging;
using Platform.Simulation.Tests.Engine;
using Platform.Simulation.Tests.Faults;

namespace Platform.Simulation.Tests.Network;

/// <summary>Carries doorbells: in bad weather late, twice, out of order or not at all.</summary>
internal sealed class Bus(Scheduler scheduler, Chance chance, Weather weather)
{
    private static readonly TimeSpan s_hop = TimeSpan.FromMilliseconds(1);

    private readonly List<(Process Process, Type Message, Action<object> Heard)> _listeners = [];

    public void Listen<T>(Process process, Action<T> heard)
        where T : class
    {
        _listeners.RemoveAll(listener => !listener.Process.IsAlive);
        _listeners.Add((process, typeof(T), message => heard((T)message)));
    }

    public void Listen<T>(Process process, DoorbellListener<T> listener)
        where T : class => Listen(process, listener.Heard);

    public async Task PublishAsync(object message, CancellationToken cancellation)
    {
        if (chance.Of(weather.BusDown))
        {
            await OutOfReachAsync(cancellation);
        }

        foreach (var listener in _listeners.Where(listener => listener.Message == message.GetType() && listener.Process.IsAlive).ToList())
        {
            for (int copies = chance.Of(weather.BellDoubled) ? 2 : 1; copies > 0 && !chance.Of(weather.BellLoss); copies--)
            {
                scheduler.After(chance.Around(chance.Of(weather.BellLate) ? TimeSpan.FromSeconds(10) : s_hop), listener.Process, () => listener.Heard(message));
            }
        }
    }

    private async Task OutOfReachAsync(CancellationToken cancellation)
    {
        if (chance.Of(0.5))
        {
            throw new IOException("the simulated bus is out of reach");
        }

        var never = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var given = cancellation.UnsafeRegister(static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), never);
        await never.Task;
    }
}
