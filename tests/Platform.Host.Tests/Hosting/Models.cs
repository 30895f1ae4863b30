using Onnx.Model;

namespace Platform.Host.Tests.Hosting;

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
}
