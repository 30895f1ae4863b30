using Onnx.Model;

namespace QnnStep;

/// <summary>What is compiled: torchvision's networks where the tests have exported them, and one made here.</summary>
internal static class Networks
{
    private const int Width = 256;
    private const int Layers = 24;

    public static IEnumerable<(string Name, string Path)> All(string folder)
    {
        string cache = Path.Combine(Path.GetTempPath(), $"hub-test-cache-{Environment.UserName}", "torchvision-2");
        foreach (string name in new[] { "mobilenet_v2", "resnet50" }.Where(name => File.Exists(Path.Combine(cache, $"{name}.17.onnx"))))
        {
            yield return (name, Path.Combine(cache, $"{name}.17.onnx"));
        }

        string made = Path.Combine(folder, "convolutions.onnx");
        OnnxFile.Save(Convolutions(), made);
        yield return ($"{Layers} convolutions of {Width} channels", made);
    }

    private static ModelProto Convolutions()
    {
        var random = new Random(1);
        var graph = new GraphProto { Name = "convolutions", Inputs = { ValueInfoProto.Tensor("v0", DataType.Float, 1, Width, 14, 14) }, Outputs = { ValueInfoProto.Tensor($"v{Layers}", DataType.Float, 1, Width, 14, 14) } };
        for (int i = 0; i < Layers; i++)
        {
            float[] values = new float[Width * Width * 9];
            for (int j = 0; j < values.Length; j++)
            {
                values[j] = (float)(random.NextDouble() - 0.5) / 50;
            }

            graph.Initializers.Add(TensorProto.Create<float>($"w{i}", DataType.Float, [Width, Width, 3, 3], values));
            graph.Nodes.Add(new NodeProto { OpType = "Conv", Name = $"c{i}", Inputs = { $"v{i}", $"w{i}" }, Outputs = { $"v{i + 1}" }, Attributes = { AttributeProto.From("pads", [1L, 1, 1, 1]) } });
        }

        return new ModelProto { IrVersion = 8, OpsetImports = { new OperatorSetId("", 17) }, Graph = graph };
    }
}
