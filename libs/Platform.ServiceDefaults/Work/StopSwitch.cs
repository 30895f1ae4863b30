namespace Platform.ServiceDefaults;

/// <summary>Tells held work to stop. Whoever tells may come late: once the work has ended and this is disposed, stopping does nothing.</summary>
public sealed class StopSwitch : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _ending = new();
    private bool _ended;

    /// <summary>Set when the work must end.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>Asks the work to end.</summary>
    public void Stop()
    {
        lock (_ending)
        {
            if (!_ended)
            {
                _stop.Cancel();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_ending)
        {
            _ended = true;
            _stop.Dispose();
        }
    }
}
