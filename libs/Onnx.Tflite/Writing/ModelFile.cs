using System.Text;
using Onnx.Tflite.Ir;

namespace Onnx.Tflite.Writing;

/// <summary>
/// Writes a .tflite file. Constants stand at its end and are written one after the other; above the flatbuffer's limit
/// they stand outside of it, as the runtime supports since schema 3c.
/// </summary>
internal static class ModelFile
{
    private const int Alignment = 64;
    private const int SmallAlignment = 16;

    // A flatbuffer ends at 2 GiB; the distance leaves room for tables.
    private const long LargestInside = (1L << 31) - (1L << 29);

    public static void Write(Subgraph main, string description, RuntimeVersionNumber minRuntime, Stream target)
    {
        var buffers = new BufferTable();
        var subgraphs = SubgraphTable.Number(main);
        var tensors = subgraphs.ToDictionary(graph => graph, graph => new TensorTable(graph, buffers));
        int runtime = buffers.Append(ConstantData.Of(Encoding.ASCII.GetBytes(minRuntime.ToString().PadRight(16, '\0'))));
        long total = buffers.Buffers.Sum(data => data?.Length ?? 0);
        bool outside = total > LargestInside;
        var placement = BufferPlacement.Plan(buffers.Buffers, outside);
        var builder = new FlatBuilder();
        builder.Reserve(outside ? 0 : placement.Length);
        long root = ModelTable.Write(builder, subgraphs, tensors, description, placement, outside, runtime, out var patches);
        builder.Finish(root, "TFL3", Alignment);
        if (outside)
        {
            placement.Patch(builder, patches);
        }

        target.Write(builder.Written());
        placement.CopyTo(target);
    }

    internal static int AlignmentOf(long length) => length >= 1024 ? Alignment : SmallAlignment;
}
