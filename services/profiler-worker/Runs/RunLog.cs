using System.Text;
using Grpc.Core;
using Platform.Contracts.Broker.V1;
using Platform.ServiceDefaults;

namespace Platform.ProfilerWorker.Runs;

/// <summary>A run's log, sent to the broker while it grows.</summary>
internal sealed class RunLog(FarmHosts.FarmHostsClient broker, RunAssignment assignment)
{
    private readonly Lock _lock = new();
    private readonly StringBuilder _pending = new();
    private long _room = HubLimits.LogBytes.Value;
    private double _sent;

    public void Line(string line)
    {
        lock (_lock)
        {
            int length = Encoding.UTF8.GetByteCount(line) + 1;
            if (_room > 0)
            {
                _pending.Append(length <= _room ? line : "[the log is cut here: it reached its limit]").Append('\n');
            }

            _room -= length;
        }
    }

    /// <summary>Sends what has gathered; what does not arrive stays for the next time, under the same offset.</summary>
    public async Task FlushAsync()
    {
        string text;
        lock (_lock)
        {
            text = _pending.ToString();
            _pending.Clear();
        }

        if (text.Length == 0)
        {
            return;
        }

        try
        {
            await broker.AppendRunLogAsync(new AppendRunLogRequest { RunId = assignment.RunId, DeviceEpoch = assignment.DeviceEpoch, Offset = _sent, Text = text });
            _sent += Encoding.UTF8.GetByteCount(text);
        }
        catch (RpcException)
        {
            lock (_lock)
            {
                _pending.Insert(0, text);
            }
        }
    }
}
