using System.IO.Compression;
using Onnx.Model;

namespace TestKit.Hub;

/// <summary>Small ONNX models.</summary>
internal static class Models
{
    /// <summary>y = x W + b, with W[3,4]; <paramref name="salt"/> makes another model of it, for tests that must not hit the cache.</summary>
    public static byte[] Linear(long? batch, float salt = 0)
    {
        var graph = new GraphProto
        {
            Name = "linear",
            Initializers =
            {
                TensorProto.Create<float>("w", DataType.Float, [3, 4], [.. Enumerable.Range(0, 12).Select(i => i / 5f)]),
                TensorProto.Create<float>("b", DataType.Float, [4], [salt, 1, 2, 3]),
            },
            Inputs = { batch is { } fixedBatch ? ValueInfoProto.Tensor("x", DataType.Float, fixedBatch, 3) : ValueInfoProto.Tensor("x", DataType.Float, -1, 3) },
            Outputs = { batch is { } size ? ValueInfoProto.Tensor("y", DataType.Float, size, 4) : ValueInfoProto.Tensor("y", DataType.Float, -1, 4) },
            Nodes = { new NodeProto { OpType = "Gemm", Inputs = { "x", "w", "b" }, Outputs = { "y" } } },
        };
        using var stream = new MemoryStream();
        ModelWriter.Write(new ModelProto { Graph = graph, IrVersion = 8, OpsetImports = { new OperatorSetId("", 17) } }, stream);
        return stream.ToArray();
    }

    /// <summary>A model of about five million multiplications: about a millisecond a run.</summary>
    public static byte[] Heavy()
    {
        const int Width = 512;
        const int Layers = 20;
        var graph = new GraphProto
        {
            Name = "heavy",
            Initializers = { TensorProto.Create<float>("w", DataType.Float, [Width, Width], [.. Enumerable.Range(0, Width * Width).Select(i => (i % 7 - 3) / 100f)]) },
            Inputs = { ValueInfoProto.Tensor("v0", DataType.Float, 1, Width) },
            Outputs = { ValueInfoProto.Tensor($"v{Layers}", DataType.Float, 1, Width) },
        };
        for (int layer = 0; layer < Layers; layer++)
        {
            graph.Nodes.Add(new NodeProto { OpType = "MatMul", Inputs = { $"v{layer}", "w" }, Outputs = { $"v{layer + 1}" } });
        }

        using var stream = new MemoryStream();
        ModelWriter.Write(new ModelProto { Graph = graph, IrVersion = 8, OpsetImports = { new OperatorSetId("", 17) } }, stream);
        return stream.ToArray();
    }

    /// <summary>An archive of files.</summary>
    public static byte[] Zip(params (string Name, byte[] Bytes)[] entries)
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, bytes) in entries)
            {
                using var entry = archive.CreateEntry(name).Open();
                entry.Write(bytes);
            }
        }

        return stream.ToArray();
    }
}
