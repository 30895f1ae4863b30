using System.IO.Compression;
using Onnx.Model;
using Platform.Toolchains.Qnn;
using Runner.Model.Runtimes;
using Runner.QnnStep.Native;
using HubSpec = Platform.Contracts.Hub.V1.TensorSpec;

namespace Runner.Model.Qnn;

/// <summary>A compiled QNN model as ONNX Runtime takes it: an EPContext model, with its binary inside or beside it.</summary>
/// <param name="Path">The EPContext model.</param>
/// <param name="Inputs">Inputs of a bare binary, with their quantization; empty where the ONNX model says all.</param>
/// <param name="Outputs">Outputs of a bare binary.</param>
internal sealed record QnnModel(string Path, IReadOnlyList<HubSpec> Inputs, IReadOnlyList<HubSpec> Outputs)
{
    private static ReadOnlySpan<byte> Zip => "PK\u0003\u0004"u8;

    /// <summary>Prepares a context binary, a precompiled ONNX model or an archive of one.</summary>
    /// <exception cref="RunnerException">MODEL_LOAD_FAILED, or QNN_* for what the emulation cannot run.</exception>
    public static QnnModel Open(string path, string libraries)
    {
        if (path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase))
        {
            return new QnnModel(path, [], []);
        }

        Span<byte> head = stackalloc byte[4];
        using (var stream = File.OpenRead(path))
        {
            stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        }

        return head.SequenceEqual(Zip) ? Unpack(path) : Wrap(path, libraries);
    }

    private static QnnModel Unpack(string path)
    {
        string folder = Directory.CreateDirectory(path + ".unpacked").FullName;
        using var archive = ZipFile.OpenRead(path);
        if (archive.Entries.Any(entry => entry.FullName.StartsWith("htp.cache.", StringComparison.Ordinal)))
        {
            throw new RunnerException("QNN_EMULATOR_CANNOT", "the file holds binaries for several chips, and none is for this machine");
        }

        // Two plain names are what the hub packs; whatever else an archive holds is not touched.
        foreach (var entry in archive.Entries.Where(entry => entry.FullName == entry.Name && entry.Name.Length > 0))
        {
            entry.ExtractToFile(System.IO.Path.Combine(folder, entry.Name), overwrite: true);
        }

        return Directory.EnumerateFiles(folder, "*.onnx").ToList() is [var model]
            ? new QnnModel(model, [], [])
            : throw new RunnerException("MODEL_LOAD_FAILED", "the archive does not hold exactly one .onnx file");
    }

    private static QnnModel Wrap(string path, string libraries)
    {
        try
        {
            var facts = SystemLibrary.Load(libraries).Read(File.ReadAllBytes(path));
            if (facts.Graphs is not [var graph])
            {
                throw new RunnerException("QNN_EMULATOR_CANNOT", $"the binary holds {facts.Graphs.Count} graphs, which may share weights: the emulation runs binaries of one graph");
            }

            string wrapper = path + ".onnx";
            OnnxFile.Save(EpContextModel.Wrap(System.IO.Path.GetFileName(path), graph.Name, graph.Inputs, graph.Outputs), wrapper);
            return new QnnModel(wrapper, graph.Inputs, graph.Outputs);
        }
        catch (QnnApiException problem)
        {
            throw new RunnerException("QNN_BINARY_DAMAGED", $"the file is no context binary, or is damaged: {problem.Message}", problem);
        }
    }
}
