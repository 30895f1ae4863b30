using System.Text.Json;

namespace Torch.Onnx.ProgramJson;

/// <summary>
/// A forward-only walk through JSON that always stands on a value. Nothing is kept but what the caller takes, so a
/// program of any size costs its own objects and no tree beside them.
/// </summary>
internal ref struct JsonCursor
{
    private readonly StringPool _pool;
    private Utf8JsonReader _reader;
    private ReadOnlySpan<byte> _name;

    public JsonCursor(ReadOnlySpan<byte> json, StringPool pool)
    {
        // The reader's own depth error has no code of its own, so its limit is above ours.
        _reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = ImportLimits.JsonDepth + 2 });
        _pool = pool;
        _name = default;
        Read();
    }

    /// <summary>What is kept once for the whole program.</summary>
    public readonly StringPool Pool => _pool;

    public readonly bool IsNull => _reader.TokenType == JsonTokenType.Null;

    public readonly bool IsObject => _reader.TokenType == JsonTokenType.StartObject;

    public readonly bool IsText => _reader.TokenType == JsonTokenType.String;

    public readonly bool IsTrue => _reader.TokenType == JsonTokenType.True;

    /// <summary>The name of the property that the cursor stands on.</summary>
    public readonly string Name => _pool.Take(_name);

    /// <summary>Whether the property that the cursor stands on has this name.</summary>
    public readonly bool NameIs(ReadOnlySpan<byte> name) => _name.SequenceEqual(name);

    public readonly void ExpectObject() => Expect(JsonTokenType.StartObject);

    public readonly void ExpectArray() => Expect(JsonTokenType.StartArray);

    /// <summary>Moves to the value of the object's next property; false at its end.</summary>
    public bool NextProperty()
    {
        Read();
        if (_reader.TokenType == JsonTokenType.EndObject)
        {
            return false;
        }

        _name = _reader.ValueIsEscaped ? Unescape() : _reader.ValueSpan;
        Read();
        return true;
    }

    /// <summary>Moves to the array's next element; false at its end.</summary>
    public bool NextElement()
    {
        Read();
        return _reader.TokenType != JsonTokenType.EndArray;
    }

    /// <summary>Passes over the value with all that is in it.</summary>
    public void Skip()
    {
        if (_reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
        {
            return;
        }

        int depth = _reader.CurrentDepth;
        do
        {
            Read();
        }
        while (_reader.CurrentDepth > depth);
    }

    public readonly string Text()
    {
        Expect(JsonTokenType.String);
        return _pool.Take(_reader.ValueIsEscaped ? Unescape() : _reader.ValueSpan);
    }

    public readonly long Int() => _reader.TokenType == JsonTokenType.Number && _reader.TryGetInt64(out long value)
        ? value
        : throw Malformed("an integer of 64 bits");

    public readonly double Double()
    {
        if (_reader.TokenType == JsonTokenType.Number && _reader.TryGetDouble(out double value))
        {
            return value;
        }

        return _reader.TokenType == JsonTokenType.String
            ? Text() switch
            {
                "Infinity" => double.PositiveInfinity,
                "-Infinity" => double.NegativeInfinity,
                "NaN" => double.NaN,
                _ => throw Malformed("a number"),
            }
            : throw Malformed("a number");
    }

    public readonly bool Bool() => _reader.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => throw Malformed("true or false"),
    };

    /// <summary>An error that names the place.</summary>
    public readonly ExportedProgramException Malformed(string expected) => new(
        ExportedProgramError.MalformedProgram, $"byte {_reader.TokenStartIndex} of the program's JSON: expected {expected}, found {_reader.TokenType}");

    private void Read()
    {
        try
        {
            if (!_reader.Read())
            {
                throw new ExportedProgramException(ExportedProgramError.MalformedJson, "the program's JSON ends too early");
            }
        }
        catch (JsonException problem)
        {
            throw _reader.CurrentDepth > ImportLimits.JsonDepth ? TooDeep() : new ExportedProgramException(
                ExportedProgramError.MalformedJson, $"the program's JSON is broken at line {problem.LineNumber}, byte {problem.BytePositionInLine}", problem);
        }

        if (_reader.CurrentDepth > ImportLimits.JsonDepth)
        {
            throw TooDeep();
        }
    }

    private static ExportedProgramException TooDeep() =>
        new(ExportedProgramError.TooDeep, $"the program's JSON is nested deeper than {ImportLimits.JsonDepth} levels");

    private readonly void Expect(JsonTokenType type)
    {
        if (_reader.TokenType != type)
        {
            throw Malformed(type.ToString());
        }
    }

    private readonly byte[] Unescape()
    {
        byte[] buffer = new byte[_reader.ValueSpan.Length];
        try
        {
            return buffer[.._reader.CopyString(buffer)];
        }
        catch (InvalidOperationException problem)
        {
            throw new ExportedProgramException(ExportedProgramError.MalformedJson, $"a text at byte {_reader.TokenStartIndex} of the program's JSON is not Unicode", problem);
        }
    }
}
