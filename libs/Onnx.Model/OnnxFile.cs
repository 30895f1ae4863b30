using Onnx.Model.Writing;

namespace Onnx.Model;

/// <summary>
/// An ONNX file opened for reading: the model file and its external data are memory-mapped, so opening a 3 GB model
/// costs milliseconds and no memory. Tensors are valid until the file is disposed.
/// </summary>
public sealed class OnnxFile : IDisposable
{
    private readonly MappedFile _mapped;
    private readonly ExternalDataFolder _folder;

    private OnnxFile(string path, ModelProto model, MappedFile mapped, ExternalDataFolder folder)
    {
        Path = path;
        Model = model;
        _mapped = mapped;
        _folder = folder;
    }

    /// <summary>Where the file lies, as it was given.</summary>
    public string Path { get; }

    /// <summary>The model.</summary>
    public ModelProto Model { get; }

    /// <summary>Opens a model; external data is looked for beside it.</summary>
    /// <param name="path">The <c>.onnx</c> file.</param>
    /// <exception cref="OnnxFormatException">The file is not a model, or its external data is missing, short or out of bounds.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static OnnxFile Open(string path)
    {
        var mapped = MappedFile.Open(path);
        var folder = new ExternalDataFolder(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!);
        try
        {
            if (mapped.Length > int.MaxValue)
            {
                throw new OnnxFormatException(OnnxFormatError.FileTooLarge, $"{mapped.Length} bytes: a model file must be below 2 GiB, with weights in external data");
            }

            var memory = new MappedMemory(mapped).Memory;
            return new OnnxFile(path, ModelReader.Read(memory, folder), mapped, folder);
        }
        catch
        {
            folder.Dispose();
            mapped.Dispose();
            throw;
        }
    }

    /// <summary>Writes a model, moving large weights to one file beside it when the whole would not fit protobuf's 2 GiB.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">Target; replaced if it exists.</param>
    /// <param name="externalDataThreshold">
    /// Tensors of at least this many bytes go to <c>PATH.data</c>; null (default) does so only when it must, for tensors from 1 KiB on.
    /// </param>
    public static void Save(ModelProto model, string path, long? externalDataThreshold = null) =>
        ModelFileWriter.Save(model, path, externalDataThreshold);

    /// <inheritdoc/>
    public void Dispose()
    {
        _folder.Dispose();
        _mapped.Dispose();
    }
}
