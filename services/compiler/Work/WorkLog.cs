using System.Text;
using Grpc.Core;
using Platform.Contracts.Node.V1;

namespace Platform.Compiler.Work;

/// <summary>Sends an attempt's log to the gateway while it grows.</summary>
internal sealed class WorkLog(BuildNodes.BuildNodesClient gateway, Assignment assignment, TimeProvider clock)
{
    private const int Eager = 16 * 1024;
    private static readonly TimeSpan s_lazy = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly StringBuilder _pending = new();
    private double _left = assignment.Limits.LogBytes;
    private double _sent;
    private long _lastFlush = clock.GetTimestamp();

    public void Line(string line)
    {
        lock (_lock)
        {
            if (_left <= 0)
            {
                return;
            }

            string text = line + "\n";
            _left -= Encoding.UTF8.GetByteCount(text);
            _pending.Append(_left > 0 ? text : "[the log is cut here: it reached its limit]\n");
        }
    }

    /// <summary>Whether it is time to send what has gathered.</summary>
    public bool IsDue
    {
        get
        {
            lock (_lock)
            {
                return _pending.Length > Eager || (_pending.Length > 0 && clock.GetElapsedTime(_lastFlush) > s_lazy);
            }
        }
    }

    public async Task FlushAsync(CancellationToken cancellation)
    {
        string text;
        lock (_lock)
        {
            text = _pending.ToString();
            _pending.Clear();
            _lastFlush = clock.GetTimestamp();
        }

        if (text.Length == 0)
        {
            return;
        }

        try
        {
            await gateway.AppendLogAsync(new AppendLogRequest { JobId = assignment.JobId, Epoch = assignment.Epoch, Offset = _sent, Text = text }, cancellationToken: cancellation);
            _sent += Encoding.UTF8.GetByteCount(text);
        }
        catch (RpcException)
        {
            // The same piece under the same offset is harmless to repeat: keep it for the next time.
            lock (_lock)
            {
                _pending.Insert(0, text);
            }
        }
    }
}
