using Platform.Contracts.Hub.V1;
using Platform.Contracts.Node.V1;

namespace Platform.Compiler.Nodes;

/// <summary>A job that this node works on, until the gateway has taken its report.</summary>
internal sealed class HeldWork(Assignment assignment, CancellationTokenSource stop) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Lock _ending = new();
    private Progress _progress = new();
    private uint _seq;
    private bool _ended;

    public Assignment Assignment => assignment;

    public (string JobId, uint Epoch) Key => (assignment.JobId, assignment.Epoch);

    /// <summary>Set when the work must end and its result is wanted by nobody.</summary>
    public CancellationToken Stopped => stop.Token;

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

    /// <summary>Harmless when it has ended meanwhile: whoever was told to stop it may come late.</summary>
    public void Stop()
    {
        lock (_ending)
        {
            if (!_ended)
            {
                stop.Cancel();
            }
        }
    }

    public void Dispose()
    {
        lock (_ending)
        {
            _ended = true;
            stop.Dispose();
        }
    }
}
