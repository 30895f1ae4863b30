using System.Buffers.Binary;
using System.Text;

namespace Torch.Onnx.Pickle;

/// <summary>
/// Reads the one kind of pickle that a tensor file holds: a dictionary from name to tensor (protocol 2). Nothing is
/// executed: the few globals that occur are records, every other one and every other instruction is refused.
/// </summary>
internal ref struct PickleMachine(ReadOnlySpan<byte> pickle)
{
    private readonly ReadOnlySpan<byte> _pickle = pickle;
    private readonly List<object?> _stack = [];
    private readonly List<int> _marks = [];
    private readonly Dictionary<uint, object?> _memo = [];
    private readonly long _allowance = ImportLimits.PickleBytes + (ImportLimits.PickleRatio * (long)pickle.Length);
    private int _position;
    private long _charged;

    public object? Run()
    {
        while (true)
        {
            byte opcode = Take(1)[0];
            Charge(opcode);
            if (opcode == (byte)'.')
            {
                return Pop();
            }

            if (!PushLiteral(opcode) && !MoveMemo(opcode) && !Build(opcode))
            {
                throw new ExportedProgramException(
                    ExportedProgramError.UnsafePickle, $"the tensor file's pickle holds the instruction 0x{opcode:X2} at byte {_position - 1}, which no file of tensors needs");
            }
        }
    }

    // What an instruction may allocate at most, in bytes: a pickle of nothing but empty dictionaries is many times its size.
    private void Charge(byte opcode)
    {
        _charged += opcode switch
        {
            (byte)'}' or (byte)'R' => 128,
            (byte)'q' or (byte)'r' => 64,
            (byte)'u' or (byte)'t' => 64 + (64L * (_marks.Count > 0 ? _stack.Count - _marks[^1] : 0)),
            (byte)'s' => 128,
            _ => 48,
        };
        if (_charged > _allowance)
        {
            throw new ExportedProgramException(ExportedProgramError.ProgramTooLarge, $"the tensor file's pickle of {_pickle.Length} bytes makes more objects than a file of tensors needs");
        }
    }

    private bool PushLiteral(byte opcode)
    {
        switch (opcode)
        {
            case 0x80:
                Take(1);
                return true;
            case (byte)'}':
                return Push(new PickledDictionary());
            case (byte)']' or (byte)')':
                return Push(Array.Empty<object?>());
            case (byte)'N':
                return Push(null);
            case 0x88 or 0x89:
                return Push(opcode == 0x88);
            case (byte)'J':
                return Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4)));
            case (byte)'K':
                return Push((long)Take(1)[0]);
            case (byte)'M':
                return Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2)));
            case 0x8A:
                return Push(Long(Take(Take(1)[0])));
            case (byte)'X':
                return Push(Encoding.UTF8.GetString(Take(Length(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))))));
            case (byte)'c':
                return Push(PickledGlobal.Allowed(Line(), Line()));
            case (byte)'(':
                _marks.Add(_stack.Count);
                return true;
            default:
                return false;
        }
    }

    private readonly bool MoveMemo(byte opcode, uint key)
    {
        if (opcode is (byte)'q' or (byte)'r')
        {
            _memo[key] = _stack.Count > 0 ? _stack[^1] : throw Malformed("nothing to remember");
            return true;
        }

        return Push(_memo.TryGetValue(key, out object? known) ? known : throw Malformed($"nothing was remembered as {key}"));
    }

    private bool MoveMemo(byte opcode) => opcode switch
    {
        (byte)'q' or (byte)'h' => MoveMemo(opcode, Take(1)[0]),
        (byte)'r' or (byte)'j' => MoveMemo(opcode, BinaryPrimitives.ReadUInt32LittleEndian(Take(4))),
        _ => false,
    };

    private readonly bool Build(byte opcode)
    {
        switch (opcode)
        {
            case (byte)'t':
                return Push(PopToMark());
            case 0x85 or 0x86 or 0x87:
                return Push(PopLast(opcode - 0x84));
            case (byte)'Q':
                return Push(PickledStorage.From(Pop()));
            case (byte)'R':
                object? arguments = Pop();
                return Push(PickledCall.Run(Pop(), arguments as object?[] ?? throw Malformed("a call without arguments")));
            case (byte)'s':
                SetItems(PopLast(2));
                return true;
            case (byte)'u':
                SetItems(PopToMark());
                return true;
            case (byte)'b':
                // The state of an OrderedDict: metadata of the state dict.
                Pop();
                return true;
            default:
                return false;
        }
    }

    private readonly void SetItems(object?[] items)
    {
        if (items.Length % 2 != 0 || _stack.Count == 0 || _stack[^1] is not PickledDictionary dictionary)
        {
            throw Malformed("items of what is no dictionary");
        }

        for (int i = 0; i < items.Length; i += 2)
        {
            dictionary.Items[items[i] as string ?? throw Malformed("a key that is no text")] = items[i + 1];
        }
    }

    private readonly object?[] PopToMark()
    {
        if (_marks.Count == 0 || _marks[^1] > _stack.Count)
        {
            throw Malformed("no mark on the stack");
        }

        int mark = _marks[^1];
        _marks.RemoveAt(_marks.Count - 1);
        return PopLast(_stack.Count - mark);
    }

    private readonly object?[] PopLast(int count)
    {
        if (count > _stack.Count)
        {
            throw Malformed("too little on the stack");
        }

        object?[] items = [.. _stack[^count..]];
        _stack.RemoveRange(_stack.Count - count, count);
        return items;
    }

    private readonly object? Pop() => PopLast(1)[0];

    private readonly bool Push(object? value)
    {
        _stack.Add(value);
        return true;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _pickle.Length - _position)
        {
            throw Malformed("it ends too early");
        }

        _position += count;
        return _pickle.Slice(_position - count, count);
    }

    private readonly int Length(uint value) => value <= (uint)_pickle.Length ? (int)value : throw Malformed("it ends too early");

    private string Line()
    {
        int length = _pickle[_position..].IndexOf((byte)'\n');
        string line = Encoding.UTF8.GetString(Take(length < 0 ? throw Malformed("a global without a name") : length));
        Take(1);
        return line;
    }

    private readonly long Long(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > sizeof(long))
        {
            throw Malformed("an integer of more than 64 bits");
        }

        long value = bytes.Length > 0 && (bytes[^1] & 0x80) != 0 ? -1 : 0;
        for (int i = bytes.Length - 1; i >= 0; i--)
        {
            value = (value << 8) | bytes[i];
        }

        return value;
    }

    private readonly ExportedProgramException Malformed(string what) =>
        new(ExportedProgramError.MalformedPickle, $"the tensor file's pickle is damaged at byte {_position}: {what}");
}
