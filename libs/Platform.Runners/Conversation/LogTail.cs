using System.Text;

namespace Platform.Runners;

/// <summary>The end of a log that may be endless.</summary>
internal sealed class LogTail
{
    private const int MaxLength = 16 * 1024;

    private readonly StringBuilder _text = new();
    private readonly Lock _lock = new();

    public void Add(string line)
    {
        lock (_lock)
        {
            _text.Append(line.AsSpan(0, Math.Min(line.Length, MaxLength))).Append('\n');
            if (_text.Length > 2 * MaxLength)
            {
                _text.Remove(0, _text.Length - MaxLength);
            }
        }
    }

    public override string ToString()
    {
        lock (_lock)
        {
            return _text.ToString(Math.Max(0, _text.Length - MaxLength), Math.Min(_text.Length, MaxLength));
        }
    }
}
