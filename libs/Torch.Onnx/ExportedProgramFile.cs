using Onnx.Model;
using Torch.Onnx.Archive;
using Torch.Onnx.Program;
using Torch.Onnx.ProgramJson;
using Torch.Onnx.Tensors;

namespace Torch.Onnx;

/// <summary>
/// A .pt2 file opened for reading: the program is parsed, the weights stay in the mapped file. What is converted from it
/// is valid until the file is disposed.
/// </summary>
public sealed class ExportedProgramFile : IDisposable
{
    private readonly IDisposable? _mapped;

    private ExportedProgramFile(TensorData data, string? programName, IDisposable? mapped)
    {
        _mapped = mapped;
        var archive = ProgramArchive.Open(data);
        Layout = ProgramLayout.Detect(archive, programName);
        Program = ProgramReader.Read(archive.ReadVerified(Layout.ProgramEntry));
        Tensors = new TensorStore(archive, Layout);
    }

    /// <summary>What the program says about itself.</summary>
    public ExportedProgramInfo Info => ProgramInspection.Describe(Program, Layout);

    internal ExportedProgram Program { get; }

    internal ProgramLayout Layout { get; }

    internal TensorStore Tensors { get; }

    /// <summary>Opens a .pt2 file of any PyTorch from 2.6 on.</summary>
    /// <param name="path">The file.</param>
    /// <param name="programName">Which program of the package; null takes the only one.</param>
    /// <exception cref="ExportedProgramException">The file is no exported program, is damaged, or is beyond the limits.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static ExportedProgramFile Open(string path, string? programName = null)
    {
        if (new FileInfo(path).Length == 0)
        {
            throw new ExportedProgramException(ExportedProgramError.Truncated, "the file is empty");
        }

        var mapped = MappedFile.Open(path);
        try
        {
            return new ExportedProgramFile(mapped.AsData(), programName, mapped);
        }
        catch
        {
            mapped.Dispose();
            throw;
        }
    }

    /// <summary>Names of the programs in a package; a file of PyTorch 2.7 or older holds one without a name.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ExportedProgramException">The file is no archive, is damaged, or is beyond the limits.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static IReadOnlyList<string> ProgramNames(string path)
    {
        using var mapped = MappedFile.Open(path);
        return ProgramLayout.NamesOf(ProgramArchive.Open(mapped.AsData()));
    }

    /// <summary>Reads a program from memory.</summary>
    /// <param name="bytes">The file's bytes; weights are not copied out of them.</param>
    /// <param name="programName">Which program of the package; null takes the only one.</param>
    /// <exception cref="ExportedProgramException">The bytes are no exported program, are damaged, or are beyond the limits.</exception>
    public static ExportedProgramFile Read(ReadOnlyMemory<byte> bytes, string? programName = null) => new(TensorData.From(bytes), programName, null);

    /// <inheritdoc/>
    public void Dispose() => _mapped?.Dispose();
}
