using Platform.Contracts.Broker.V1;
using Platform.Contracts.Hub.V1;

namespace Platform.ProfilerWorker.Runs;

/// <summary>A run that this host works on, until the broker has taken its report.</summary>
internal sealed class HeldRun(RunAssignment assignment) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly Lock _ending = new();
    private Progress _progress = new();
    private uint _seq;
    private bool _ended;

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

    /// <summary>Harmless when it has ended meanwhile: whoever was told to stop it may come late.</summary>
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

    public void Dispose()
    {
        lock (_ending)
        {
            _ended = true;
            _stop.Dispose();
        }
    }
}
