using System.Text;

namespace Platform.Runners;

/// <summary>Reads lines that have a limit: what a runner prints may be hostile.</summary>
internal sealed class BoundedLines(TextReader reader)
{
    /// <summary>Most characters of a line.</summary>
    public const int MaxLength = 16 << 20;

    private readonly char[] _buffer = new char[4096];
    private readonly StringBuilder _line = new();
    private int _next;
    private int _end;

    /// <summary>The next line; null at the end.</summary>
    /// <exception cref="InvalidDataException">The line is longer than the limit.</exception>
    public async Task<string?> ReadAsync(CancellationToken cancellation)
    {
        while (true)
        {
            int found = _buffer.AsSpan(_next, _end - _next).IndexOf('\n');
            int taken = found < 0 ? _end - _next : found;
            if (_line.Length + taken > MaxLength)
            {
                throw new InvalidDataException($"a line of the runner is longer than {MaxLength} characters");
            }

            _line.Append(_buffer, _next, taken);
            if (found >= 0)
            {
                _next += taken + 1;
                return Take();
            }

            (_next, _end) = (0, await reader.ReadAsync(_buffer, cancellation));
            if (_end == 0)
            {
                return _line.Length > 0 ? Take() : null;
            }
        }
    }

    private string Take()
    {
        string line = _line.ToString().TrimEnd('\r');
        _line.Clear();
        return line;
    }
}
