using System.Globalization;

namespace Torch.Onnx.Symbols;

/// <summary>Parses <c>Add(Mul(Integer(2), Symbol('s77', positive=True, integer=True)), Integer(1))</c>.</summary>
internal ref struct ExpressionParser(ReadOnlySpan<char> text)
{
    private const int MaxDepth = 64;
    private const int LongestText = 1 << 14;

    private readonly ReadOnlySpan<char> _text = text;
    private int _position;
    private int _depth;

    /// <summary>The expression; opaque where it is none of the known form.</summary>
    public static SymbolicExpression Parse(string text)
    {
        if (text.Length > LongestText)
        {
            return new SymbolicExpression.Opaque();
        }

        var parser = new ExpressionParser(text);
        var expression = parser.Expression();
        return parser._position == text.Length ? expression : new SymbolicExpression.Opaque();
    }

    private SymbolicExpression Expression()
    {
        if (++_depth > MaxDepth)
        {
            _position = -1;
            return new SymbolicExpression.Opaque();
        }

        var word = Word();
        SymbolicExpression result = word switch
        {
            "" => new SymbolicExpression.Opaque(),
            "Symbol" => Symbol(),
            _ when long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) => new SymbolicExpression.Integer(number),
            _ when Peek() == '(' => Call(word.ToString()),
            _ => new SymbolicExpression.Opaque(),
        };
        _depth--;
        return result;
    }

    private SymbolicExpression Symbol()
    {
        if (!Take('(') || !Take('\''))
        {
            return new SymbolicExpression.Opaque();
        }

        int start = _position;
        int end = _text[start..].IndexOf('\'');
        if (end < 0)
        {
            return new SymbolicExpression.Opaque();
        }

        string name = _text.Slice(start, end).ToString();
        int close = _text[(start + end)..].IndexOf(')');
        _position = close < 0 ? _text.Length + 1 : start + end + close + 1;
        return new SymbolicExpression.Symbol(name);
    }

    private SymbolicExpression Call(string function)
    {
        Take('(');
        var arguments = new List<SymbolicExpression>();
        while (_position >= 0 && _position < _text.Length && Peek() != ')')
        {
            int before = _position;
            arguments.Add(Expression());
            while (Peek() is ',' or ' ')
            {
                _position++;
            }

            if (_position <= before)
            {
                _position = _text.Length + 1;
            }
        }

        bool isWhole = Take(')');
        return (function, arguments) switch
        {
            _ when !isWhole => new SymbolicExpression.Opaque(),
            ("Integer", [SymbolicExpression.Integer number]) => number,
            _ => new SymbolicExpression.Call(function, [.. arguments]),
        };
    }

    private ReadOnlySpan<char> Word()
    {
        if (_position < 0 || _position >= _text.Length)
        {
            return "";
        }

        int start = _position;
        while (_position < _text.Length && (char.IsAsciiLetterOrDigit(_text[_position]) || _text[_position] is '_' or '-' or '.' or '+'))
        {
            _position++;
        }

        return _text[start.._position];
    }

    private readonly char Peek() => _position >= 0 && _position < _text.Length ? _text[_position] : '\0';

    private bool Take(char expected)
    {
        if (Peek() != expected)
        {
            return false;
        }

        _position++;
        return true;
    }
}
