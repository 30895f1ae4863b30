using System.Runtime.InteropServices;

namespace Torch.Onnx.Archive;

/// <summary>The checksum of zip entries (reflected polynomial 0xEDB88320), eight bytes at a time.</summary>
internal static class Crc32
{
    private const int Slices = 8;

    private static readonly uint[] s_table = MakeTable();

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (ulong word in words)
        {
            ulong mixed = word ^ crc;
            crc = 0;
            for (int slice = 0; slice < Slices; slice++)
            {
                crc ^= s_table[((Slices - 1 - slice) * 256) + (byte)(mixed >> (8 * slice))];
            }
        }

        foreach (byte value in bytes[(words.Length * sizeof(ulong))..])
        {
            crc = s_table[(byte)(crc ^ value)] ^ (crc >> 8);
        }

        return ~crc;
    }

    private static uint[] MakeTable()
    {
        uint[] table = new uint[Slices * 256];
        for (uint i = 0; i < table.Length; i++)
        {
            uint crc = i < 256 ? i : table[i - 256];
            if (i < 256)
            {
                for (int bit = 0; bit < 8; bit++)
                {
                    crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
                }

                table[i] = crc;
            }
            else
            {
                table[i] = table[(byte)crc] ^ (crc >> 8);
            }
        }

        return table;
    }
}
