using Platform.Contracts.Hub.V1;
using Platform.Contracts.Node.V1;
using Platform.ServiceDefaults;

namespace Platform.Compiler.Nodes;

/// <summary>A job that this node works on, until the gateway has taken its report.</summary>
internal sealed class HeldWork(Assignment assignment) : IDisposable
{
    private readonly StopSwitch _stop = new();
    private readonly Lock _lock = new();
    private Progress _progress = new();
    private uint _seq;

    public Assignment Assignment => assignment;

    public (string JobId, uint Epoch) Key => (assignment.JobId, assignment.Epoch);

    /// <summary>Set when the work must end and its result is wanted by nobody.</summary>
    public CancellationToken Stopped => _stop.Token;

    /// <summary>Set when the node shuts down: the job goes back unharmed.</summary>
    public bool HandBack { get; set; }

    public Task Task { get; set; } = Task.CompletedTask;

    public void Tell(string message, double fraction)
    {
        lock (_lock)
        {
            _progress = new Progress { Message = message, Fraction = fraction };
            _seq++;
        }
    }

    public Contracts.Node.V1.Work ToMessage()
    {
        lock (_lock)
        {
            return new Contracts.Node.V1.Work { JobId = assignment.JobId, Epoch = assignment.Epoch, Progress = _progress.Clone(), ProgressSeq = _seq };
        }
    }

    public void Stop() => _stop.Stop();

    public void Dispose() => _stop.Dispose();
}
