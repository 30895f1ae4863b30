using System.Runtime.InteropServices;
using Onnx.Model;
using TestKit;
using Torch.Onnx.Tests.Oracle;

namespace Torch.Onnx.Tests;

/// <summary>The sample network, converted, still knows its digits.</summary>
public sealed class SampleTests
{
    [Fact]
    public void Import_DigitsSample_AnswersAsPyTorchDid()
    {
        var archive = new NumpyArchive(RepositoryRoot.Combine("samples", "digits", "digits_pt2.npz"));
        float[] images = archive.Read<float>("image");
        long[] labels = archive.Read<long>("label");
        float[] logits = archive.Read<float>("logits");
        using var file = ExportedProgramFile.Open(RepositoryRoot.Combine("samples", "digits", "digits.pt2"));
        using var model = new OrtModel(TorchImporter.Import(file, null, TestContext.Current.CancellationToken).Model!);

        int right = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            var image = new TensorProto { Name = "image", DataType = DataType.Float, Dims = [1, 1, 8, 8], Data = TensorData.From(MemoryMarshal.AsBytes(images.AsSpan(i * 64, 64)).ToArray()) };
            double[] answer = Assert.Single(model.Run([image])).ToDoubles();
            right += Array.IndexOf(answer, answer.Max()) == labels[i] ? 1 : 0;
            Assert.All(answer, (value, digit) => Assert.Equal(logits[(i * 10) + digit], value, 1e-3));
        }

        Assert.Equal(359, right);
        Assert.Equal(360, labels.Length);
    }
}
