using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Torch.Onnx.Tests.Fuzz;

/// <summary>Damages a .pt2 file: raw bytes, the zip's records, or the program's JSON word by word. The same seed gives the same damage.</summary>
/// <param name="seed">The seed.</param>
internal sealed class Mutator(int seed)
{
    private static readonly long[] s_numbers = [0, 1, -1, 2, 7, 127, 255, 65_536, int.MaxValue, uint.MaxValue, long.MaxValue, long.MinValue, 1L << 40];

    private readonly Random _random = new(seed);

    public byte[] Mutate(byte[] file)
    {
        byte[] mutated = [.. file];
        switch (_random.Next(10))
        {
            case 0:
                return mutated[.._random.Next(mutated.Length)];
            case 1:
                Bytes(mutated, 0, mutated.Length);
                return mutated;
            case 2:
                Records(mutated);
                return mutated;
            case 3:
                Splice(mutated, 0, mutated.Length);
                return mutated;
            default:
                return Json(mutated);
        }
    }

    private void Bytes(Span<byte> file, int start, int length)
    {
        for (int i = _random.Next(1, 8); i > 0; i--)
        {
            file[start + _random.Next(length)] = (byte)_random.Next(256);
        }
    }

    private void Splice(Span<byte> file, int start, int length)
    {
        int size = _random.Next(1, Math.Min(64, length));
        byte[] copy = file.Slice(start + _random.Next(length - size), size).ToArray();
        copy.CopyTo(file[(start + _random.Next(length - size))..]);
    }

    // A field of a record in the table of contents.
    private void Records(Span<byte> file)
    {
        var places = Places(file, _random.Next(3) switch { 0 => "PK\u0001\u0002"u8, 1 => "PK\u0005\u0006"u8, _ => "PK\u0003\u0004"u8 });
        if (places.Count == 0)
        {
            return;
        }

        int at = places[_random.Next(places.Count)] + 4 + (2 * _random.Next(20));
        if (at + 8 <= file.Length)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(file[at..], unchecked((uint)s_numbers[_random.Next(s_numbers.Length)]));
        }
    }

    // Words of the program's JSON, so that it stays JSON most of the time. Its checksum is erased.
    private byte[] Json(byte[] file)
    {
        int start = file.AsSpan().IndexOf(_random.Next(5) == 0 ? "{\"config\""u8 : "{\"graph_module\""u8);
        int end = start < 0 ? -1 : start + file.AsSpan(start).IndexOf("PK\u0007\u0008"u8);
        end = start >= 0 && end < start ? start + file.AsSpan(start).IndexOf("PK\u0003\u0004"u8) : end;
        if (start < 0 || end <= start)
        {
            Bytes(file, 0, file.Length);
            return file;
        }

        foreach (int place in Places(file, "PK\u0001\u0002"u8))
        {
            file.AsSpan(place + 16, 4).Clear();
        }

        for (int i = _random.Next(1, 4); i > 0; i--)
        {
            Word(file.AsSpan(start, end - start));
        }

        return file;
    }

    // One number or text gives way to another of the same length.
    private void Word(Span<byte> json)
    {
        int at = _random.Next(json.Length);
        switch (_random.Next(12))
        {
            case 0:
                Splice(json, 0, json.Length);
                break;
            case 1:
                Bytes(json, at, Math.Min(4, json.Length - at));
                break;
            case < 7:
                Number(json, at);
                break;
            default:
                Text(json, at);
                break;
        }
    }

    private void Number(Span<byte> json, int at)
    {
        int digit = json[at..].IndexOfAnyInRange((byte)'0', (byte)'9');
        if (digit < 0)
        {
            return;
        }

        int start = at + digit;
        int length = 1;
        while (start + length < json.Length && char.IsAsciiDigit((char)json[start + length]))
        {
            length++;
        }

        string number = s_numbers[_random.Next(s_numbers.Length)].ToString(CultureInfo.InvariantCulture);
        Encoding.ASCII.GetBytes(number.Length > length ? number[..length] : number.PadLeft(length)).CopyTo(json[start..]);
    }

    // A name becomes another name of the program.
    private void Text(Span<byte> json, int at)
    {
        var target = Quoted(json, at);
        var source = Quoted(json, _random.Next(json.Length));
        if (target.Length > 0 && source.Length == target.Length)
        {
            json.Slice(source.Start, source.Length).CopyTo(json[target.Start..]);
        }
        else if (target.Length > 0)
        {
            json[target.Start + _random.Next(target.Length)] = (byte)('a' + _random.Next(26));
        }
    }

    private static (int Start, int Length) Quoted(ReadOnlySpan<byte> json, int at)
    {
        int open = json[at..].IndexOf(": \""u8);
        if (open < 0)
        {
            return default;
        }

        int start = at + open + 3;
        int length = json[start..].IndexOf((byte)'"');
        return length > 0 ? (start, length) : default;
    }

    private static List<int> Places(ReadOnlySpan<byte> file, ReadOnlySpan<byte> signature)
    {
        var places = new List<int>();
        for (int at = 0; file[at..].IndexOf(signature) is >= 0 and var next; at += next + 4)
        {
            if (at + next + 46 > file.Length)
            {
                break;
            }

            places.Add(at + next);
        }

        return places;
    }
}
