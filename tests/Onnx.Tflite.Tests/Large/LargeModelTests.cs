using System.Runtime.InteropServices;
using Onnx.Model;
using TestKit;
using TestKit.Oracles;
using Runtime = Platform.Contracts.Runner.V1.Runtime;

namespace Onnx.Tflite.Tests;

/// <summary>Models above the 2 GiB that a flatbuffer can hold: their weights stand outside of it. The source's weights are holes in files.</summary>
public sealed class LargeModelTests
{
    private const int Tables = 3;
    private const long Rows = 200_000;
    private const int Width = 1_024;

    [Fact]
    public async Task Convert_Above2GiB_KeepsWeightsOutsideTheFlatbufferAndRuns()
    {
        RuntimeLibraries.RequireLiteRt();
        using var folder = new TempFolder();
        Assert.SkipUnless(new DriveInfo(folder.Path).AvailableFreeSpace > 8L << 30, "needs 8 GB of disk");
        await WriteAsync(folder);
        string product = folder.File("m.tflite");
        var indices = TensorProto.Create<long>("indices", DataType.Int64, [3], [0, 7, Rows - 1]);
        using (var file = OnnxFile.Open(folder.File("m.onnx")))
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            TfliteConverter.Convert(file.Model, new ConvertOptions(), TestContext.Current.CancellationToken).Product!.Save(product);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64L << 20);
        }

        Assert.InRange(new FileInfo(product).Length, 1L << 31, (Tables * Rows * Width * sizeof(float)) + (1 << 20));
        var expected = await Oracle.RunAsync(Runtime.OnnxRuntime, folder.File("m.onnx"), [indices]);
        var actual = await Oracle.RunAsync(Runtime.Litert, product, [indices]);
        Assert.Null(expected.Failure);
        Assert.Null(actual.Failure);
        float[] values = MemoryMarshal.Cast<byte, float>(actual.Outputs[0].Data.AsSpan()).ToArray();
        Assert.Equal(MemoryMarshal.Cast<byte, float>(expected.Outputs[0].Data.AsSpan()).ToArray(), values);
        Assert.Equal(Tables * (Tables + 1) / 2f, values[2 * Width]);
    }

    // Sum of one row of each table; the first and the last row are not zero.
    private static async Task WriteAsync(TempFolder folder)
    {
        var graph = new GraphProto { Name = "large", Inputs = { ValueInfoProto.Tensor("indices", DataType.Int64, 3) }, Outputs = { ValueInfoProto.Tensor("y", DataType.Float, 3, Width) } };
        var files = new List<MappedFile>();
        try
        {
            for (int i = 0; i < Tables; i++)
            {
                string path = folder.File($"table{i}.data");
                await WriteTableAsync(path, i + 1);
                files.Add(MappedFile.Open(path));
                graph.Initializers.Add(new TensorProto { Name = $"t{i}", DataType = DataType.Float, Dims = [Rows, Width], Data = files[i].AsData(), External = new ExternalDataInfo($"table{i}.data", 0, files[i].Length) });
                graph.Nodes.Add(new NodeProto { OpType = "Gather", Name = $"g{i}", Inputs = [$"t{i}", "indices"], Outputs = { $"r{i}" } });
            }

            graph.Nodes.Add(new NodeProto { OpType = "Sum", Name = "sum", Inputs = [.. Enumerable.Range(0, Tables).Select(i => $"r{i}")], Outputs = { "y" } });
            await using var stream = File.Create(folder.File("m.onnx"));
            ModelWriter.Write(new ModelProto { Graph = graph, OpsetImports = { new OperatorSetId("", 17) } }, stream);
        }
        finally
        {
            files.ForEach(file => file.Dispose());
        }
    }

    private static async Task WriteTableAsync(string path, float value)
    {
        await using var stream = File.Create(path);
        stream.SetLength(Rows * Width * sizeof(float));
        byte[] row = new byte[Width * sizeof(float)];
        MemoryMarshal.Cast<byte, float>(row.AsSpan()).Fill(value);
        await stream.WriteAsync(row);
        stream.Position = (Rows - 1) * row.Length;
        await stream.WriteAsync(row);
    }
}
