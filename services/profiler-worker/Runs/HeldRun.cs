using Platform.Contracts.Broker.V1;
using Platform.Contracts.Hub.V1;
using Platform.ServiceDefaults;

namespace Platform.ProfilerWorker.Runs;

/// <summary>A run that this host works on, until the broker has taken its report.</summary>
internal sealed class HeldRun(RunAssignment assignment) : IDisposable
{
    private readonly StopSwitch _stop = new();
    private readonly Lock _lock = new();
    private Progress _progress = new();
    private uint _seq;

    public RunAssignment Assignment => assignment;

    public (string RunId, uint Epoch) Key => (assignment.RunId, assignment.DeviceEpoch);

    /// <summary>Set when the run must end and its result is wanted by nobody.</summary>
    public CancellationToken Stopped => _stop.Token;

    public Task Task { get; set; } = Task.CompletedTask;

    public void Tell(string message, double fraction)
    {
        lock (_lock)
        {
            _progress = new Progress { Message = message, Fraction = fraction };
            _seq++;
        }
    }

    public Contracts.Broker.V1.HeldRun ToMessage()
    {
        lock (_lock)
        {
            return new Contracts.Broker.V1.HeldRun
            {
                RunId = assignment.RunId,
                DeviceId = assignment.DeviceId,
                DeviceEpoch = assignment.DeviceEpoch,
                Progress = _progress.Clone(),
                ProgressSeq = _seq,
            };
        }
    }

    /// <summary>Whether its device went away under it: it is stopped, and that is its outcome.</summary>
    public bool IsLost { get; private set; }

    public void Lose()
    {
        IsLost = true;
        Stop();
    }

    public void Stop() => _stop.Stop();

    public void Dispose() => _stop.Dispose();
}
