using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;

namespace TestKit.Hub;

/// <summary>Writes .npz files of float32 arrays (numpy's format, version 1.0).</summary>
internal static class Npz
{
    public static byte[] Of(params (string Name, int[] Shape, float[] Values)[] arrays)
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, shape, values) in arrays)
            {
                using var entry = archive.CreateEntry(name + ".npy").Open();
                entry.Write(Npy(shape, values));
            }
        }

        return stream.ToArray();
    }

    private static byte[] Npy(int[] shape, float[] values)
    {
        string dims = string.Join(", ", shape.Select(dim => dim.ToString(CultureInfo.InvariantCulture))) + (shape.Length == 1 ? "," : "");
        string header = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({dims}), }}";
        header = header.PadRight(((10 + header.Length + 1 + 63) / 64 * 64) - 10 - 1) + "\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)(header.Length % 256), (byte)(header.Length / 256), .. Encoding.ASCII.GetBytes(header), .. MemoryMarshal.AsBytes(values.AsSpan())];
    }
}
