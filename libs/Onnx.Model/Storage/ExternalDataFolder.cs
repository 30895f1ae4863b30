namespace Onnx.Model;

/// <summary>
/// The folder that a model's external data may come from. A location must be a plain relative path that stays inside
/// and is not a link: three published path escapes of the reference implementation are why nothing laxer is accepted.
/// </summary>
internal sealed class ExternalDataFolder(string folder) : IDisposable
{
    private readonly Dictionary<string, MappedFile> _files = new(StringComparer.Ordinal);

    public TensorData Resolve(string tensor, ExternalDataInfo info, long byteSize)
    {
        var file = Open(tensor, info.Location);
        long length = info.Length ?? file.Length - info.Offset;
        if (info.Offset > file.Length || length < 0 || length > file.Length - info.Offset)
        {
            throw new OnnxFormatException(
                OnnxFormatError.ExternalDataOutOfRange,
                $"tensor {tensor}: bytes {info.Offset} to {info.Offset + length} of {info.Location}, which has {file.Length}");
        }

        if (info.Length is null && length > byteSize)
        {
            length = byteSize;
        }

        return length == byteSize
            ? new MappedTensorData(file, info.Offset, length)
            : throw new OnnxFormatException(
                OnnxFormatError.TensorSizeMismatch, $"tensor {tensor}: {length} external bytes where its shape asks for {byteSize}");
    }

    public void Dispose()
    {
        foreach (var file in _files.Values)
        {
            file.Dispose();
        }
    }

    private MappedFile Open(string tensor, string location)
    {
        if (_files.TryGetValue(location, out var known))
        {
            return known;
        }

        string path = CheckedPath(tensor, location);
        var file = MappedFile.Open(path);
        _files.Add(location, file);
        return file;
    }

    private string CheckedPath(string tensor, string location)
    {
        string[] parts = location.Split('/');
        bool plain = location.Length is > 0 and < 1024
            && !location.Contains('\\', StringComparison.Ordinal)
            && !location.Contains(':', StringComparison.Ordinal)
            && !location.Contains('\0', StringComparison.Ordinal)
            && Array.TrueForAll(parts, part => part.Length > 0 && part != "..");
        if (!plain)
        {
            throw new OnnxFormatException(
                OnnxFormatError.ExternalDataForbidden, $"tensor {tensor}: external location '{location}' is not a plain path inside the model's folder");
        }

        string path = folder;
        foreach (string part in parts)
        {
            path = Path.Combine(path, part);
            RefuseLink(tensor, location, path);
        }

        return path;
    }

    private static void RefuseLink(string tensor, string location, string path)
    {
        var info = new FileInfo(path);
        if (!info.Exists && !Directory.Exists(path))
        {
            throw new OnnxFormatException(OnnxFormatError.ExternalDataMissing, $"tensor {tensor}: its data file '{location}' is not beside the model");
        }

        if (info.LinkTarget is not null)
        {
            throw new OnnxFormatException(OnnxFormatError.ExternalDataForbidden, $"tensor {tensor}: '{location}' is a link");
        }
    }
}
