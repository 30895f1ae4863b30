using System.Text;
using Platform.Toolchains.Inspection;

namespace Platform.Toolchains.TorchScript;

/// <summary>
/// Lists what a pickle would import, without running it. Only the opcodes that PyTorch writes are known (pickle protocol
/// 2): anything else is refused, since a scanner that guesses can be led astray. This is a first fence; the sandbox is the wall.
/// </summary>
internal static class PickleGlobals
{
    private const byte Stop = (byte)'.';
    private const byte Global = (byte)'c';

    // Opcodes without an argument, and the number of argument bytes of the others (pickletools of CPython).
    private static readonly Dictionary<byte, int> s_fixed = new()
    {
        [(byte)'('] = 0, [(byte)'.'] = 0, [(byte)'0'] = 0, [(byte)'2'] = 0, [(byte)'N'] = 0, [(byte)'Q'] = 0, [(byte)'R'] = 0, [(byte)'a'] = 0, [(byte)'b'] = 0,
        [(byte)'d'] = 0, [(byte)'e'] = 0, [(byte)'l'] = 0, [(byte)'s'] = 0, [(byte)'t'] = 0, [(byte)'u'] = 0, [(byte)']'] = 0, [(byte)'}'] = 0, [(byte)')'] = 0,
        [0x80] = 1, [0x81] = 0, [0x85] = 0, [0x86] = 0, [0x87] = 0, [0x88] = 0, [0x89] = 0,
        [(byte)'K'] = 1, [(byte)'M'] = 2, [(byte)'J'] = 4, [(byte)'G'] = 8, [(byte)'q'] = 1, [(byte)'r'] = 4, [(byte)'h'] = 1, [(byte)'j'] = 4,
    };

    // Opcodes whose argument is preceded by its length, and the bytes of that length.
    private static readonly Dictionary<byte, int> s_counted = new() { [(byte)'X'] = 4, [(byte)'T'] = 4, [(byte)'U'] = 1, [0x8A] = 1, [0x8B] = 4 };

    /// <summary>Every <c>module.name</c> that the pickle names.</summary>
    public static IEnumerable<string> Of(ReadOnlyMemory<byte> pickle)
    {
        int position = 0;
        while (true)
        {
            byte opcode = Byte(pickle, position++);
            if (opcode == Stop)
            {
                yield break;
            }

            if (opcode == Global)
            {
                string module = Line(pickle, ref position);
                yield return $"{module}.{Line(pickle, ref position)}";
            }
            else
            {
                position = Skip(pickle, opcode, position);
            }
        }
    }

    private static int Skip(ReadOnlyMemory<byte> pickle, byte opcode, int position)
    {
        if (s_fixed.TryGetValue(opcode, out int length))
        {
            return position + length;
        }

        if (!s_counted.TryGetValue(opcode, out int lengthBytes))
        {
            throw new InspectionException($"a pickle uses opcode 0x{opcode:X2}, which PyTorch does not write");
        }

        long count = 0;
        for (int i = 0; i < lengthBytes; i++)
        {
            count |= (long)Byte(pickle, position + i) << (8 * i);
        }

        return count <= pickle.Length - position - lengthBytes ? position + lengthBytes + (int)count : throw Truncated();
    }

    private static string Line(ReadOnlyMemory<byte> pickle, ref int position)
    {
        int end = pickle.Span[position..].IndexOf((byte)'\n');
        if (end is < 0 or > 1000)
        {
            throw Truncated();
        }

        string line = Encoding.UTF8.GetString(pickle.Span.Slice(position, end));
        position += end + 1;
        return line;
    }

    private static byte Byte(ReadOnlyMemory<byte> pickle, int position) => position < pickle.Length ? pickle.Span[position] : throw Truncated();

    private static InspectionException Truncated() => new("a pickle ends inside an instruction");
}
