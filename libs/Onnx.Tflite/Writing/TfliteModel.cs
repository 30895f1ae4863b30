using Onnx.Tflite.Ir;

namespace Onnx.Tflite;

/// <summary>A converted model, ready to be written. Its weights are read from the source while it is written, so the source must still be open.</summary>
public sealed class TfliteModel
{
    private readonly Subgraph _main;
    private readonly string _description;
    private readonly RuntimeVersionNumber _minRuntime;

    internal TfliteModel(Subgraph main, string description, RuntimeVersionNumber minRuntime)
    {
        (_main, _description, _minRuntime) = (main, description, minRuntime);
    }

    /// <summary>The oldest runtime that runs the model.</summary>
    public RuntimeVersionNumber MinRuntime => _minRuntime;

    internal Subgraph Main => _main;

    /// <summary>Writes the file.</summary>
    public void Save(string path)
    {
        using var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16);
        WriteTo(stream);
    }

    /// <summary>Writes the file's bytes.</summary>
    public void WriteTo(Stream target) => Writing.ModelFile.Write(_main, _description, _minRuntime, target);

    /// <summary>The file's bytes, for models below 2 GiB.</summary>
    public byte[] ToArray()
    {
        using var stream = new MemoryStream();
        WriteTo(stream);
        return stream.ToArray();
    }
}
