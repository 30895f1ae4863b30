using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Torch.Onnx.Tests.Oracle;

/// <summary>Reads arrays of a .npz file (format of numpy.lib.format, versions 1 and 2; little-endian, row-major).</summary>
internal sealed partial class NumpyArchive(string path)
{
    public T[] Read<T>(string name)
        where T : unmanaged
    {
        using var archive = ZipFile.OpenRead(path);
        using var stream = archive.GetEntry($"{name}.npy")!.Open();
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        byte[] bytes = memory.ToArray();
        int start = bytes[6] == 1 ? 10 + BitConverter.ToUInt16(bytes, 8) : 12 + (int)BitConverter.ToUInt32(bytes, 8);
        string header = Encoding.ASCII.GetString(bytes, 0, start);
        Assert.Equal(Marshal.SizeOf<T>().ToString(CultureInfo.InvariantCulture), ItemSize().Match(header).Groups[1].Value);
        return MemoryMarshal.Cast<byte, T>(bytes.AsSpan(start)).ToArray();
    }

    [GeneratedRegex(@"'descr': '<[fi](\d)'")]
    private static partial Regex ItemSize();
}
