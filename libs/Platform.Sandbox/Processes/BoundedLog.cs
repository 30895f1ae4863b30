using System.Text;

namespace Platform.Sandbox.Processes;

/// <summary>Hands on the lines of a hostile stream: never more bytes than allowed, never a line without end in memory.</summary>
internal sealed class BoundedLog(long allowed, long longestLine)
{
    /// <summary>Lines of a log are cut at this length.</summary>
    public const int LongestLogLine = 16 * 1024;

    private readonly Lock _lock = new();
    private long _left = allowed;

    /// <summary>Reads a stream to its end; what exceeds the bound is read and dropped, so that the writer is never blocked by us.</summary>
    public async Task PumpAsync(StreamReader reader, Action<string>? hear)
    {
        var line = new StringBuilder();
        var buffer = new char[8192];
        int read;
        while ((read = await reader.ReadAsync(buffer)) > 0)
        {
            for (int i = 0; i < read; i++)
            {
                if (buffer[i] == '\n' || line.Length >= longestLine)
                {
                    Hand(line, hear);
                }

                if (buffer[i] != '\n')
                {
                    line.Append(buffer[i]);
                }
            }
        }

        if (line.Length > 0)
        {
            Hand(line, hear);
        }
    }

    private void Hand(StringBuilder line, Action<string>? hear)
    {
        string text = line.ToString();
        line.Clear();
        lock (_lock)
        {
            if (hear is null || _left < 0)
            {
                return;
            }

            _left -= Encoding.UTF8.GetByteCount(text) + 1;
            hear(_left < 0 ? "[the log is cut here: it reached its limit]" : text);
        }
    }
}
