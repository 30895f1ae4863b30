using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using Platform.Contracts.Hub.V1;
using Platform.Toolchains.Inspection;

namespace Runner.Step.Datasets;

/// <summary>
/// numpy's .npz: one array for each tensor, whose first axis counts the samples; a sample keeps that axis with length 1
/// (numpy.lib.format, versions 1 to 3).
/// </summary>
internal sealed partial class NpzDatasetFile : IDatasetFile
{
    private const long LargestExpansion = 64L << 30;
    private const int LongestHeader = 64 << 10;

    private readonly SafeArchive _archive;
    private readonly List<NpyArray> _arrays = [];

    public NpzDatasetFile(string path)
    {
        _archive = new SafeArchive(path, LargestExpansion);
        foreach (var entry in _archive.Files.Where(file => file.FullName.EndsWith(".npy", StringComparison.Ordinal)))
        {
            _arrays.Add(new NpyArray(entry, ReadHeader(entry)));
        }

        Tensors = [.. _arrays.Select((array, index) => ToTensor(array, index))];
    }

    public IReadOnlyList<DatasetTensor> Tensors { get; }

    public byte[] ReadSample(DatasetTensor tensor, long sample)
    {
        var array = _arrays[tensor.Index];
        return array.Read(sample, checked((int)tensor.SampleBytes));
    }

    public void Dispose()
    {
        _arrays.ForEach(array => array.Dispose());
        _archive.Dispose();
    }

    [GeneratedRegex("^\\s*\\{\\s*'descr':\\s*'(?<type>[<>|=][a-z]\\d+)',\\s*'fortran_order':\\s*(?<fortran>True|False),\\s*'shape':\\s*\\((?<shape>[\\d,\\s]*)\\),?\\s*\\}\\s*$")]
    private static partial Regex Header();

    private static NpyHeader ReadHeader(ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        var head = new byte[12];
        stream.ReadExactly(head, 0, 10);
        if (head[0] != 0x93 || !head.AsSpan(1, 5).SequenceEqual("NUMPY"u8))
        {
            throw Damaged(entry, "it does not begin like a numpy array");
        }

        bool version1 = head[6] == 1;
        if (!version1)
        {
            stream.ReadExactly(head, 10, 2);
        }

        int length = version1 ? BitConverter.ToUInt16(head, 8) : BitConverter.ToInt32(head, 8);
        if (length is < 0 or > LongestHeader)
        {
            throw Damaged(entry, "its header is too long");
        }

        var text = new byte[length];
        stream.ReadExactly(text);
        var match = Header().Match(Encoding.Latin1.GetString(text));
        if (!match.Success || match.Groups["fortran"].Value == "True" || match.Groups["type"].Value[0] == '>')
        {
            throw Damaged(entry, "its header is not that of a row-major, little-endian array of numbers");
        }

        var shape = match.Groups["shape"].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(dim => long.Parse(dim, CultureInfo.InvariantCulture)).ToList();
        return new NpyHeader(match.Groups["type"].Value[1..], shape, (version1 ? 10 : 12) + length);
    }

    private static DatasetTensor ToTensor(NpyArray array, int index)
    {
        var (entry, header) = (array.Entry, array.Header);
        var (dtype, bytes) = header.Type switch
        {
            "f2" => ("float16", 2),
            "f4" => ("float32", 4),
            "f8" => ("float64", 8),
            "b1" => ("bool", 1),
            "i1" => ("int8", 1),
            "i2" => ("int16", 2),
            "i4" => ("int32", 4),
            "i8" => ("int64", 8),
            "u1" => ("uint8", 1),
            "u2" => ("uint16", 2),
            "u4" => ("uint32", 4),
            "u8" => ("uint64", 8),
            _ => throw Damaged(entry, $"its elements have the type {header.Type}, which is no tensor's"),
        };
        if (header.Shape.Count == 0 || header.Shape[0] == 0)
        {
            throw Damaged(entry, "its first axis, which counts the samples, is missing or empty");
        }

        var tensor = new DatasetTensor(index, entry.FullName[..^".npy".Length], dtype, bytes, [1, .. header.Shape.Skip(1)], header.Shape[0]);
        return checked(tensor.SampleBytes * tensor.Samples) + header.Bytes == entry.Length
            ? tensor
            : throw Damaged(entry, $"it has {entry.Length} bytes where its shape asks for {(tensor.SampleBytes * tensor.Samples) + header.Bytes}");
    }

    private static DatasetException Damaged(ZipArchiveEntry entry, string problem) => new(FailureCode.DatasetUnreadable, $"{entry.FullName}: {problem}");
}
