using System.IO.Compression;
using Onnx.Model;
using Platform.Contracts.Runner.V1;
using Platform.Toolchains.Qnn;
using Runner.Model.Runtimes;
using Runner.QnnStep.Native;
using HubSpec = Platform.Contracts.Hub.V1.TensorSpec;

namespace Runner.Model.Qnn;

/// <summary>A compiled QNN model as ONNX Runtime takes it: an EPContext model, with its binary inside or beside it.</summary>
/// <param name="Path">The EPContext model.</param>
/// <param name="Inputs">Inputs of the binary, with their quantization.</param>
/// <param name="Outputs">Outputs of the binary.</param>
internal sealed record QnnModel(string Path, IReadOnlyList<HubSpec> Inputs, IReadOnlyList<HubSpec> Outputs)
{
    private static ReadOnlySpan<byte> Zip => "PK\u0003\u0004"u8;

    /// <summary>Prepares a context binary, a precompiled ONNX model or an archive of one.</summary>
    /// <exception cref="RunnerException">MODEL_LOAD_FAILED, or QNN_* for what the emulation cannot run.</exception>
    public static QnnModel Open(string path, string libraries)
    {
        if (path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase))
        {
            return OpenWrapped(path, libraries);
        }

        using var stream = File.OpenRead(path);
        byte[] head = new byte[Zip.Length];
        stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        return Zip.SequenceEqual(head) ? OpenWrapped(Unpack(path), libraries) : Wrap(path, libraries);
    }

    private static string Unpack(string path)
    {
        string folder = Directory.CreateDirectory(path + ".unpacked").FullName;
        using var archive = ZipFile.OpenRead(path);
        if (archive.Entries.Any(entry => entry.FullName.StartsWith("htp.cache.", StringComparison.Ordinal)))
        {
            throw ForSeveralChips();
        }

        // Two plain names are what the hub packs; whatever else an archive holds is not touched.
        foreach (var entry in archive.Entries.Where(entry => entry.FullName == entry.Name && entry.Name.Length > 0))
        {
            entry.ExtractToFile(System.IO.Path.Combine(folder, entry.Name), overwrite: true);
        }

        return Directory.EnumerateFiles(folder, "*.onnx").ToList() is [var model]
            ? model
            : throw new RunnerException("MODEL_LOAD_FAILED", "the archive does not hold exactly one .onnx file");
    }

    // The binary says what ONNX cannot: the quantization of inputs and outputs, and whether the emulation would crash on it.
    private static QnnModel OpenWrapped(string path, string libraries)
    {
        using var file = OnnxFile.Open(path);
        if (EpContextModel.NodesOf(file.Model).Count == 0)
        {
            throw new RunnerException("MODEL_LOAD_FAILED", "the ONNX model holds no context binary");
        }

        byte[] binary = EpContextModel.BinaryOf(file.Model, path);
        var graph = binary.Length > 0 ? Look(binary, libraries) : throw new RunnerException("QNN_BINARY_DAMAGED", "the context binary is empty, or is not beside the model that names it");
        return new QnnModel(path, graph.Inputs, graph.Outputs);
    }

    private static QnnModel Wrap(string path, string libraries)
    {
        var graph = Look(File.ReadAllBytes(path), libraries);
        string wrapper = path + ".onnx";
        OnnxFile.Save(EpContextModel.Wrap(System.IO.Path.GetFileName(path), graph.Name, graph.Inputs, graph.Outputs), wrapper);
        return new QnnModel(wrapper, graph.Inputs, graph.Outputs);
    }

    private static QnnGraph Look(byte[] binary, string libraries)
    {
        if (binary.AsSpan().StartsWith(Zip))
        {
            throw ForSeveralChips();
        }

        try
        {
            var facts = SystemLibrary.Load(libraries).Read(binary);
            return facts.Graphs is [var graph]
                ? graph
                : throw new RunnerException("QNN_EMULATOR_CANNOT", $"the binary holds {facts.Graphs.Count} graphs, which may share weights: the emulation runs binaries of one graph");
        }
        catch (QnnApiException problem)
        {
            throw new RunnerException("QNN_BINARY_DAMAGED", $"the file is no context binary, or is damaged: {problem.Message}", problem);
        }
    }

    private static RunnerException ForSeveralChips() => new("QNN_EMULATOR_CANNOT", "the file holds binaries for several chips, and none is for this machine");
}
