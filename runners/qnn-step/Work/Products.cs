using System.IO.Compression;
using Onnx.Model;
using Platform.Contracts.Runner.V1;
using Platform.Toolchains.Qnn;

namespace Runner.QnnStep.Work;

/// <summary>The files that users get, out of those that the plug-in writes.</summary>
internal static class Products
{
    private const string ModelName = "model.onnx";
    private const string BinaryName = "model.bin";

    // The earliest time a zip archive can hold: equal members, equal bytes.
    private static readonly DateTimeOffset s_epoch = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Writes a product.</summary>
    public static void Write(QnnProduct product, string onnx, string binary, string output)
    {
        switch (product)
        {
            case QnnProduct.EmbeddedOnnx:
                Save(onnx, output, model => Embed(model, File.ReadAllBytes(binary)));
                break;
            case QnnProduct.OnnxArchive:
                Save(onnx, ModelName, model => EpContextModel.PointAt(model, BinaryName));
                Pack(output, (ModelName, ModelName), (binary, BinaryName));
                break;
            default:
                File.Move(binary, output);
                break;
        }
    }

    /// <summary>Packs an archive of stored members.</summary>
    public static void Pack(string output, params (string File, string Name)[] members)
    {
        using var archive = ZipFile.Open(output, ZipArchiveMode.Create);
        foreach (var (file, name) in members)
        {
            var entry = archive.CreateEntry(name, CompressionLevel.NoCompression);
            entry.LastWriteTime = s_epoch;
            using var source = File.OpenRead(file);
            using var target = entry.Open();
            source.CopyTo(target);
        }
    }

    private static void Embed(ModelProto model, byte[] binary)
    {
        foreach (var node in EpContextModel.NodesOf(model))
        {
            node.Attributes.RemoveAll(known => known.Name is "ep_cache_context" or "embed_mode");
            node.Attributes.Add(AttributeProto.From("embed_mode", 1L));
            node.Attributes.Add(AttributeProto.FromValue("ep_cache_context", AttributeType.String, node.Int("main_context", 1) == 1 ? binary : []));
        }
    }

    private static void Save(string onnx, string output, Action<ModelProto> change)
    {
        using var file = OnnxFile.Open(onnx);
        change(file.Model);
        EpContextModel.Lower(file.Model);
        OnnxFile.Save(file.Model, output);
    }
}
